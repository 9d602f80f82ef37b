<#
What the README shows of a shell, typed again into one. Import it in BeforeAll:
    Import-Module $PSScriptRoot/../Support/Onboarding.Transcript.psm1
#>
Import-Module $PSScriptRoot/Onboarding.Testing.psm1

# The commands of a Markdown file's section, with what the file says they print.
function Get-Transcript {
    param([string] $Path, [string] $Heading)
    $section = [regex]::Match((Get-Content -Raw -LiteralPath $Path), "(?ms)^## $Heading\r?\n.*?^``````console\r?\n(?<block>.*?)^``````")
    $command = $null
    foreach ($line in $section.Groups['block'].Value -split '\r?\n') {
        if ($line -match '^PS> (?<code>.*)$') {
            if ($command) {
                $command
            }

            $command = [pscustomobject]@{ Code = $Matches.code; Output = [System.Collections.Generic.List[string]]::new() }
        } elseif ($command) {
            $command.Output.Add($line)
        }
    }

    $command
}

# Types commands into a fresh shell on a terminal of 120 columns, with a home of its own; gives what each printed.
function Invoke-Transcript {
    param([string[]] $Code, [string] $UserHome, [string] $Location)
    # A refusal's id is another one each time. Ports are whichever are free.
    $typed = @(
        "`$PSStyle.OutputRendering = 'PlainText'; `$ProgressPreference = 'SilentlyContinue'; Set-Location '$Location'"
        "`$PSDefaultParameterValues = @{ 'Start-OnboardingPlane:Port' = 0 }"
        for ($i = 0; $i -lt $Code.Count; $i++) {
            "'== $i'"
            $Code[$i] -replace '(?<=-CorrelationId )[0-9a-f]{16}', '$Error[0].Exception.CorrelationId'
        }
    )
    Set-Content "$UserHome/typed" $typed
    $shell = "stty cols 120 rows 50; exec '$(Get-PwshPath)' -NoProfile -NonInteractive -Command - < '$UserHome/typed'"
    $said = & env "HOME=$UserHome" TERM=dumb KUBECONFIG= ONBOARDING_AGENT_SOCKET= script -qec $shell /dev/null
    $outputs = @{}
    foreach ($line in $said -replace '\r') {
        if ($line -match '^== (?<number>\d+)$') {
            $number = $Matches.number
            $outputs[$number] = [System.Collections.Generic.List[string]]::new()
        } elseif ($null -ne $number) {
            $outputs[$number].Add($line)
        }
    }

    0..($Code.Count - 1) | ForEach-Object { , $outputs["$_"] }
}

# A text without what differs from run to run: times, ids, ports, addresses, the home directory; and without the spaces that these move.
function Get-Shape {
    param([string[]] $Text, [string] $UserHome = '~')
    # A long path may stand on two lines, wherever the first was full.
    $path = ($UserHome.ToCharArray() | ForEach-Object { [regex]::Escape($_) }) -join '\s*'
    $joined = ($Text -join "`n") -replace $path, '~'
    $joined = $joined -replace '\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b', '<uuid>' -replace '\b[0-9a-f]{16}\b', '<id>' -replace '(?<=agent key )\S+', '<key>' -replace '(?<=\(v:)[0-9a-f]{8}(?=\))', '<version>'
    $joined = $joined -replace '\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ', '<time>' -replace '\b\d+(h\s+\d+m|m\s+\d+s|\s+ms|\s*s|\s+min|m)\b', '<span>' -replace '\[ *<span>\]', '[<span>]'
    $joined = $joined -replace '\d+\.\d+\.\d+\.\d+', '<ip>' -replace '(?<=localhost:|pid )\d+', '<n>' -replace '(?<=session <id> with )\S+(?=, epoch)', '<host>' -replace '[+-]\d+\.\d+(?= s\b| <)', '<offset>'
    # Numbers of processes in tables.
    $joined -replace '\b\d{3,}\b', '<n>' -replace '\s+' -replace '-{2,}', '-'
}

Export-ModuleMember -Function *
