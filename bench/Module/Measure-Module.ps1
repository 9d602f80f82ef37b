#requires -Version 7.4
<#
.SYNOPSIS
Measures what importing the module costs, beside an empty binary module, PSResourceGet and Pester, in the same run.
.DESCRIPTION
Each measurement is a fresh `pwsh -NoProfile`, in turn, so that all see the same machine; the median of -Rounds counts. The first result
is that of Get-OnboardingContext right after the import, against a kubeconfig of a cluster that does not exist.
#>
[CmdletBinding()]
param(
    [Parameter(Mandatory)] [string] $Module,
    [ValidateRange(1, 100)] [int] $Rounds = 10
)

$ErrorActionPreference = 'Stop'
$Module = (Resolve-Path $Module).Path
$pwsh = (Get-Command pwsh -CommandType Application)[0].Source
# Pester is where the test command installs it, if it is nowhere else.
$env:PSModulePath += "$([IO.Path]::PathSeparator)$PSScriptRoot/../../artifacts/tools/modules"
$directory = [System.IO.Directory]::CreateTempSubdirectory('onboarding-bench-').FullName
try {
    # An empty binary module: one cmdlet that does nothing, and a manifest.
    $null = New-Item "$directory/Empty" -ItemType Directory
    Add-Type -OutputAssembly "$directory/Empty/Empty.dll" -TypeDefinition @'
[System.Management.Automation.Cmdlet("Get", "Nothing")]
public sealed class GetNothingCommand : System.Management.Automation.PSCmdlet { }
'@
    New-ModuleManifest "$directory/Empty/Empty.psd1" -RootModule Empty.dll -CmdletsToExport Get-Nothing -FunctionsToExport @() -AliasesToExport @() -VariablesToExport @()
    @'
apiVersion: v1
kind: Config
current-context: bench
clusters: [{name: c, cluster: {server: "https://127.0.0.1:9"}}]
contexts: [{name: bench, context: {cluster: c}}]
'@ | Set-Content "$directory/kubeconfig"

    $modules = [ordered]@{
        Empty         = @{ Path = "$directory/Empty/Empty.psd1"; First = 'Get-Nothing' }
        Onboarding    = @{ Path = $Module; First = 'Get-OnboardingContext' }
    }
    # A peer that is missing is reported as missing: a failed import takes time, too, and would be printed as a figure.
    foreach ($peer in 'Microsoft.PowerShell.PSResourceGet', 'Pester') {
        $found = Get-Module -ListAvailable $peer | Sort-Object Version | Select-Object -Last 1
        if ($found) {
            $modules[$peer] = @{ Path = $found.Path; First = '$null' }
        } else {
            Write-Warning "$peer is not installed, and is not measured. Next: dotnet build tests/tools"
        }
    }
    $samples = @{}
    foreach ($round in 0..$Rounds) {
        foreach ($name in $modules.Keys) {
            $m = $modules[$name]
            $script = "`$w = [Diagnostics.Stopwatch]::StartNew(); Import-Module '$($m.Path)'; `$i = `$w.Elapsed.TotalMilliseconds; `$null = $($m.First); '{0:0.0} {1:0.0}' -f `$i, (`$w.Elapsed.TotalMilliseconds - `$i)"
            $env:KUBECONFIG = "$directory/kubeconfig"
            $import, $first = (& $pwsh -NoProfile -NonInteractive -Command $script) -split ' ' | ForEach-Object { [double]$_ }
            if ($round -gt 0) {
                # The first round reads everything from disk, and tells of the disk.
                $samples["$name import"] += , $import
                $samples["$name first"] += , $first
            }
        }
    }

    function Get-Median { param([double[]] $Values) ($Values | Sort-Object)[[int][math]::Floor($Values.Count / 2)] }

    $empty = Get-Median $samples['Empty import']
    $results = foreach ($name in $modules.Keys) {
        $import = Get-Median $samples["$name import"]
        [pscustomobject]@{
            Module         = $name
            'Import ms'    = [math]::Round($import, 1)
            'Over empty'   = [math]::Round($import - $empty, 1)
            'First result' = $name -in 'Empty', 'Onboarding' ? [math]::Round((Get-Median $samples["$name first"]), 1) : $null
        }
    }
    $results | Format-Table -AutoSize | Out-Host
    $own = $results | Where-Object Module -EQ Onboarding
    $held = { param($Value, $Limit) "$Value ms (to hold: $Limit): $($Value -le $Limit ? 'held' : 'not held; is the machine idle?')" }
    "Import over an empty module: $(& $held $own.'Over empty' 50)"
    "First result after that: $(& $held $own.'First result' 250)"
} finally {
    Remove-Item $directory -Recurse -Force
}
