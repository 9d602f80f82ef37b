#compdef onboarding-agent
# The program itself knows its commands and options.
local -a found
found=("${(@f)$(onboarding-agent "[suggest:$CURSOR]" "$BUFFER" 2>/dev/null)}")
compadd -- $found || _files
