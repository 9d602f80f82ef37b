#requires -Version 7.6
<#
.SYNOPSIS
Runs a Pester suite against a plane on this machine, and leaves nothing behind.
.DESCRIPTION
Installs the module if it isn't there, starts a plane in a directory of its own, runs the suite with the plane as its parameter Plane,
and stops the plane. Fails if a test failed, or if a process or a file of the plane is left. GitHub, Azure and GitLab call it
(action.yml, azure.yml and gitlab.yml beside it).
.EXAMPLE
./Invoke-OnboardingSuite.ps1 -Path tests -ResultPath results.xml
#>
[CmdletBinding()]
param(
    # The suite: files or directories, as Invoke-Pester takes them.
    [Parameter(Mandatory)]
    [string[]] $Path,

    # Where JUnit's XML goes.
    [string] $ResultPath = 'onboarding-results.xml',

    # The module: a path, or a name that is installed.
    [string] $Module = 'Onboarding',

    # Repository (Get-PSResourceRepository) to install the module from if it isn't there.
    [string] $Repository = 'PSGallery',

    # The plane's program; looked for as Start-OnboardingPlane does by default.
    [string] $EndpointPath,

    # None or Bookinfo.
    [string] $Sample = 'Bookinfo'
)

$ErrorActionPreference = 'Stop'
if (-not (Test-Path $Module) -and -not (Get-Module -ListAvailable $Module)) {
    Install-PSResource $Module -Repository $Repository -TrustRepository -Scope CurrentUser
}

if (-not (Get-Module -ListAvailable Pester | Where-Object Version -GE '5.5')) {
    Install-PSResource Pester -Repository $Repository -TrustRepository -Scope CurrentUser
}

Import-Module $Module
$data = [System.IO.Directory]::CreateTempSubdirectory('onboarding-ci-').FullName
$given = $EndpointPath ? @{ EndpointPath = $EndpointPath } : @{}
$failed = 1
$process = $null
try {
    $plane = Start-OnboardingPlane -DataDirectory "$data/plane" -Port 0 -Sample $Sample @given
    $process = $plane.ProcessId
    $configuration = New-PesterConfiguration
    $configuration.Run.Container = @($Path | ForEach-Object { New-PesterContainer -Path $_ -Data @{ Plane = $plane } })
    $configuration.Run.PassThru = $true
    $configuration.TestResult.Enabled = $true
    $configuration.TestResult.OutputFormat = 'JUnitXml'
    $configuration.TestResult.OutputPath = $ResultPath
    $configuration.TestRegistry.Enabled = $false
    $run = Invoke-Pester -Configuration $configuration
    $failed = $run.FailedCount + $run.FailedBlocksCount + $run.FailedContainersCount
    if ($run.TotalCount -eq 0) {
        Write-Error "There is no test in $Path." -ErrorAction Continue
        $failed = 1
    }
} finally {
    Stop-OnboardingPlane
    Remove-Item -LiteralPath $data -Recurse -Force -ErrorAction Ignore
}

if ((Test-Path $data) -or ($process -and (Get-Process -Id $process -ErrorAction Ignore))) {
    Write-Error "The plane left something behind: process $process, directory $data." -ErrorAction Continue
    $failed = 1
}

exit [int]($failed -gt 0)
