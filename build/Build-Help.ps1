#requires -Version 7.4
<#
.SYNOPSIS
Makes the module's help of its sources: MAML of docs/cmdlets/*.md, about_ topics of docs/cmdlets/about_*.md.
.DESCRIPTION
about_Onboarding_Errors also takes in what docs/troubleshooting.md says of the agent's error ids and of the plane's reason codes, which
cmdlets show under the names that client/Errors/RefusalErrors.cs gives them: nothing is written down twice.
With -Update the Markdown is brought up to date with the built module first: syntax and parameters, not what people wrote. Meant for a
fresh `pwsh -NoProfile`, for platyPS and the module under test bring libraries along.
#>
[CmdletBinding()]
param(
    # Where the help goes; what ships is module/en-US.
    [string] $Destination = "$PSScriptRoot/../module/en-US",

    # The built module; with it the Markdown is brought up to date.
    [string] $Update,

    # Makes the about_ topics alone, which needs no platyPS.
    [switch] $TopicsOnly
)

$ErrorActionPreference = 'Stop'
$root = (Resolve-Path "$PSScriptRoot/..").Path
$utf8 = [System.Text.UTF8Encoding]::new($false)

function Update-Markdown {
    # Without its help: platyPS would add what the help says to what the Markdown says, which is where the help has it from.
    $bare = [System.IO.Directory]::CreateTempSubdirectory('onboarding-module-').FullName
    Copy-Item (Split-Path (Resolve-Path $Update).Path) "$bare/Onboarding" -Recurse
    Remove-Item "$bare/Onboarding/en-US" -Recurse -ErrorAction Ignore
    Import-Module "$bare/Onboarding/Onboarding.psd1"
    foreach ($command in Get-Command -Module Onboarding -CommandType Cmdlet) {
        $file = "$root/docs/cmdlets/$($command.Name).md"
        if (Test-Path $file) {
            $null = Update-MarkdownCommandHelp -Path $file -NoBackup
        } else {
            $null = New-MarkdownCommandHelp -CommandInfo $command -OutputFolder "$root/docs" -Encoding $utf8
            Move-Item "$root/docs/Onboarding/$($command.Name).md" $file
        }

        # A date in an unchanged file is noise; and no line ends in spaces.
        $text = (Get-Content $file -Raw) -replace '(?m)^ms\.date: .*$', 'ms.date: 11/22/2026' -replace '(?m)[ \t]+$', ''
        [System.IO.File]::WriteAllText($file, $text.TrimEnd() + "`n", $utf8)
    }
}

# Sections "### Name" below a heading "## …" of a Markdown file: name and text.
function Get-Section {
    param([string] $File, [string] $Heading)
    $inside = $false
    $name = $null
    $lines = @()
    foreach ($line in (Get-Content $File) + '## end') {
        if ($line -match '^##+ ' -and $name) {
            [pscustomobject]@{ Name = $name; Lines = $lines }
            $name = $null
        }

        if ($line -match '^## (.*)') {
            $inside = $Matches[1].StartsWith($Heading)
        } elseif ($inside -and $line -match '^### (.*)') {
            $name = $Matches[1].Trim()
            $lines = @()
        } elseif ($name) {
            $lines += $line
        }
    }
}

# RefusalErrors.IdOf, in the words of the wire: NOT_AUTHORIZED is PolicyDenied, KEY_MISMATCH is KeyMismatch.
function ConvertTo-ErrorId {
    param([string] $Reason)
    switch ($Reason) {
        'NOT_AUTHORIZED' { 'PolicyDenied' }
        'INTERNAL' { 'PlaneFailed' }
        default { -join ($Reason -split '_' | ForEach-Object { $_.Substring(0, 1) + $_.Substring(1).ToLowerInvariant() }) }
    }
}

# Plain text as Get-Help shows it: headings at the margin, the rest indented, links as their text.
function ConvertTo-Topic {
    param([string[]] $Lines)
    $code = $false
    foreach ($line in $Lines) {
        if ($line -match '^```') {
            $code = -not $code
        } elseif ($line -match '^# (.*)') {
            'TOPIC'
            "    $($Matches[1])"
        } elseif ($line -match '^#{2,3} (.*)') {
            $Matches[1]
        } elseif ($line.Trim()) {
            ($code ? '        ' : '    ') + ($code ? $line : ($line -replace '\[([^\]]+)\]\([^)]+\)', '$1'))
        } else {
            ''
        }
    }
}

function Get-ErrorTopic {
    $lines = [System.Collections.Generic.List[string]]::new()
    $lines.AddRange([string[]](Get-Content "$root/docs/cmdlets/about_Onboarding_Errors.md"))
    $lines.AddRange([string[]]('', '## ERRORS OF THIS MACHINE', ''))
    $known = @(Get-Section "$root/docs/troubleshooting.md" 'Error ids')
    foreach ($section in $known) {
        $lines.AddRange([string[]](@("### $($section.Name)") + $section.Lines))
    }

    $lines.AddRange([string[]]('', '## REFUSALS OF THE PLANE', ''))
    foreach ($section in Get-Section "$root/docs/troubleshooting.md" 'Reason codes') {
        $id = ConvertTo-ErrorId $section.Name
        if ($id -notin $known.Name) {
            $lines.AddRange([string[]](@("### $id", "Reason code $($section.Name). ") + $section.Lines))
        }
    }

    $lines
}

# platyPS leaves an example's code in its introduction, fences and all, where Get-Help's objects don't have it; writes links between files,
# which nothing can follow from a prompt; and a link to an online version that there isn't.
function Repair-Maml {
    param([string] $Text)
    $example = '(?s)<maml:introduction>\s*<maml:para>```powershell\n(?<code>.*?)\n```</maml:para>(?<rest>.*?)</maml:introduction>\s*<dev:code />\s*<dev:remarks />'
    $Text = [regex]::Replace($Text, $example, {
            param($match)
            $rest = $match.Groups['rest'].Value -replace '(?s)\s*<maml:para>&#x80;</maml:para>', ''
            "<maml:introduction>`n          <maml:para>PS> </maml:para>`n        </maml:introduction>`n        <dev:code>$($match.Groups['code'].Value)</dev:code>`n        <dev:remarks>$rest</dev:remarks>"
        })
    $Text = $Text -replace '(?s)\s*<maml:navigationLink>\s*<maml:linkText>Online Version</maml:linkText>\s*<maml:uri />\s*</maml:navigationLink>', ''
    $Text -replace '<maml:uri>[\w-]+\.md</maml:uri>', '<maml:uri />'
}

$null = New-Item $Destination -ItemType Directory -Force
foreach ($about in Get-ChildItem "$root/docs/cmdlets/about_*.md") {
    $source = $about.BaseName -eq 'about_Onboarding_Errors' ? (Get-ErrorTopic) : (Get-Content $about.FullName)
    $text = ((ConvertTo-Topic $source) -join "`n") -replace '(?m)[ \t]+$', '' -replace "`n{3,}", "`n`n"
    [System.IO.File]::WriteAllText("$Destination/$($about.BaseName).help.txt", $text.TrimEnd() + "`n", $utf8)
}

if ($TopicsOnly) {
    return
}

Import-Module Microsoft.PowerShell.PlatyPS -MinimumVersion 1.0
if ($Update) {
    Update-Markdown
}

$temporary = [System.IO.Directory]::CreateTempSubdirectory('onboarding-help-').FullName
try {
    Get-ChildItem "$root/docs/cmdlets/*.md" -Exclude 'about_*' | Sort-Object Name | Import-MarkdownCommandHelp |
        Export-MamlCommandHelp -OutputFolder $temporary -Encoding $utf8 | Out-Null
    $maml = Get-ChildItem $temporary -Recurse -Filter '*-Help.xml'
    # Lines as in every other file here, and no spaces at their ends.
    $text = (Get-Content $maml.FullName -Raw) -replace "`r`n", "`n" -replace '(?m)[ \t]+$', ''
    [System.IO.File]::WriteAllText("$Destination/$($maml.Name)", (Repair-Maml $text).TrimEnd() + "`n", $utf8)
} finally {
    Remove-Item $temporary -Recurse -Force
}
