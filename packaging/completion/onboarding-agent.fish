# The program itself knows its commands and options.
complete -c onboarding-agent -a '(onboarding-agent "[suggest:"(string length -- (commandline -cp))"]" (commandline -cp) 2>/dev/null)'
