# shellcheck shell=bash
# The program itself knows its commands and options.
_onboarding_agent() {
  local IFS=$'\n'
  mapfile -t COMPREPLY < <(compgen -W "$(onboarding-agent "[suggest:$COMP_POINT]" "$COMP_LINE" 2>/dev/null)" -- "${COMP_WORDS[COMP_CWORD]}")
}
complete -o default -F _onboarding_agent onboarding-agent
