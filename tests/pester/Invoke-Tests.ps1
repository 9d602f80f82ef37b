#requires -Version 7.4
<#
.SYNOPSIS
Runs Pester tests of the module in this process and says how each went; meant for a fresh `pwsh -NoProfile -NonInteractive`.
.DESCRIPTION
Needs what `dotnet build tests/powershell` builds: the module, the endpoint, and PowerShell and Pester in artifacts/tools. With
-ResultPath it writes one JSON object per test, for the bridge that shows them to `dotnet test`.
#>
[CmdletBinding()]
param(
    # Files or folders with tests.
    [string[]] $Path = $PSScriptRoot,
    # Where to write the results.
    [string] $ResultPath,
    # Major version of Pester.
    [ValidateSet(5, 6)]
    [int] $PesterVersion = 6,
    # Only tests with one of these tags.
    [string[]] $Tag = @(),
    [ValidateSet('None', 'Normal', 'Detailed', 'Diagnostic')]
    [string] $Verbosity = 'Normal'
)

$ErrorActionPreference = 'Stop'
# Golden texts are what a pipe gets: no colours, whatever the terminal.
$PSStyle.OutputRendering = 'PlainText'
$ProgressPreference = 'SilentlyContinue'
# What `dotnet build tests/tools` installs comes before what the machine has.
$tools = "$PSScriptRoot/../../artifacts/tools"
$env:PATH = "$tools/bin" + [System.IO.Path]::PathSeparator + $env:PATH
$env:PSModulePath = "$tools/modules" + [System.IO.Path]::PathSeparator + $env:PSModulePath
# A shell that the tests start sends nothing to anyone.
$env:POWERSHELL_TELEMETRY_OPTOUT = '1'
Import-Module Pester -MinimumVersion "$PesterVersion.0" -MaximumVersion "$PesterVersion.99.99"

$configuration = New-PesterConfiguration
$configuration.Run.Path = $Path
$configuration.Run.PassThru = $true
$configuration.Run.Exit = $false
$configuration.Filter.Tag = $Tag
$configuration.Output.Verbosity = $Verbosity
$configuration.Output.RenderMode = 'Plaintext'
$configuration.TestRegistry.Enabled = $false
$run = Invoke-Pester -Configuration $configuration

if ($ResultPath) {
    $tests = foreach ($test in $run.Tests) {
        [ordered]@{
            file     = $test.ScriptBlock.File
            name     = $test.Name
            expanded = $test.ExpandedPath
            result   = "$($test.Result)"
            seconds  = $test.Duration.TotalSeconds
            message  = ($test.ErrorRecord | ForEach-Object { "$_`n$($_.ScriptStackTrace)" }) -join "`n"
        }
    }
    # A file or block that failed outside any test fails them all, and says so once.
    $broken = foreach ($item in @($run.FailedContainers) + @($run.FailedBlocks)) {
        ($item.ErrorRecord | ForEach-Object { "$_`n$($_.ScriptStackTrace)" }) -join "`n"
    }
    [ordered]@{ tests = @($tests); broken = @($broken | Where-Object { $_ }) } | ConvertTo-Json -Depth 5 | Set-Content -LiteralPath $ResultPath
}

exit [int]($run.Result -ne 'Passed')
