#requires -Version 7.4
<#
.SYNOPSIS
Builds, tests, packages and publishes the Onboarding module.
.EXAMPLE
./build.ps1
Builds the module into artifacts/module/Onboarding/<version>.
.EXAMPLE
./build.ps1 Test
Runs the xunit suites and, in this PowerShell, the Pester suite.
.EXAMPLE
./build.ps1 Publish -Repository Internal
Publishes the packaged module to a registered repository.
#>
[CmdletBinding()]
param(
    [Parameter(Position = 0)]
    [ValidateSet('Build', 'Test', 'Analyze', 'Help', 'Package', 'Publish', 'Bench')]
    [string[]] $Task = 'Build',

    [ValidateSet('Debug', 'Release')]
    [string] $Configuration = 'Debug',

    # Publish: name of a registered repository (Register-PSResourceRepository).
    [string] $Repository,

    # Publish: what the repository asks for, if anything.
    [string] $ApiKey
)

$ErrorActionPreference = 'Stop'
Set-StrictMode -Version Latest
$version = (Import-PowerShellDataFile "$PSScriptRoot/Onboarding.psd1").ModuleVersion
$built = "$PSScriptRoot/artifacts/module/Onboarding/$version"
$package = "$PSScriptRoot/artifacts/package"
# The process's own program is dotnet where PowerShell is a .NET tool.
$pwsh = (Get-Command pwsh -CommandType Application)[0].Source

function Invoke-Native {
    param([string] $Program, [string[]] $Arguments)
    & $Program @Arguments
    if ($LASTEXITCODE -ne 0) {
        throw "$Program $Arguments ended with exit code $LASTEXITCODE"
    }
}

function Invoke-Build {
    # Start empty: PowerShell would load what a former build left in lib.
    Remove-Item -LiteralPath $built -Recurse -Force -ErrorAction Ignore
    Invoke-Native dotnet 'build', "$PSScriptRoot/tests/powershell", '--configuration', $Configuration, '--nologo', '-clp:ErrorsOnly'
}

# What looks at the built module finds one, also in a fresh clone.
function Confirm-Build {
    if (-not (Test-Path -LiteralPath "$built/Onboarding.psd1")) {
        Invoke-Build
    }
}

function Invoke-Test {
    Invoke-Native dotnet 'test', $PSScriptRoot, '--configuration', $Configuration, '--nologo'
}

function Invoke-Analyze {
    Confirm-Build
    Import-Module PSScriptAnalyzer -MinimumVersion 1.22
    $scripts = Get-ChildItem $PSScriptRoot -File -Include '*.ps1', '*.psd1', '*.psm1' -Recurse |
        Where-Object FullName -NotMatch '[\\/](bin|obj|artifacts|node_modules)[\\/]' |
        # The manifest is looked at where the files it names are.
        ForEach-Object { $_.Name -eq 'Onboarding.psd1' ? (Get-Item "$built/Onboarding.psd1") : $_ }
    $findings = $scripts | ForEach-Object { Invoke-ScriptAnalyzer -Path $_.FullName -Settings "$PSScriptRoot/build/PSScriptAnalyzerSettings.psd1" }
    $findings | Format-Table Severity, RuleName, ScriptName, Line, Message -Wrap | Out-Host
    if ($findings) {
        throw "PSScriptAnalyzer has $(@($findings).Count) findings"
    }
}

function Invoke-Help {
    Confirm-Build
    # In a process of its own: platyPS and the module bring libraries along. What it changed is to be looked at and committed.
    Invoke-Native $pwsh '-NoProfile', '-NonInteractive', '-File', "$PSScriptRoot/build/Build-Help.ps1", '-Update', "$built/Onboarding.psd1"
    $null = New-Item "$built/en-US" -ItemType Directory -Force
    Copy-Item "$PSScriptRoot/module/en-US/*" "$built/en-US"
}

function Invoke-Bench {
    # What ships; a debug build isn't it. Only the module: nothing here starts a plane.
    Remove-Item -LiteralPath $built -Recurse -Force -ErrorAction Ignore
    Invoke-Native dotnet 'build', "$PSScriptRoot/cmdlets", '--configuration', 'Release', '--nologo', '-clp:ErrorsOnly'
    Invoke-Native $pwsh '-NoProfile', '-NonInteractive', '-File', "$PSScriptRoot/bench/Module/Measure-Module.ps1", '-Module', "$built/Onboarding.psd1"
}

function Invoke-Package {
    $script:Configuration = 'Release'
    Invoke-Build
    $null = Test-ModuleManifest "$built/Onboarding.psd1"
    $size = (Get-ChildItem $built -Recurse -File | Measure-Object Length -Sum).Sum
    if ($size -gt 15MB) {
        throw "The module has $([math]::Round($size / 1MB, 1)) MB; at most 15 are allowed"
    }

    $null = New-Item $package -ItemType Directory -Force
    Get-ChildItem $package -Filter 'Onboarding.*.nupkg' | Remove-Item
    # The tool that Start-OnboardingPlane runs. SQLite's package has native code for phones and browsers, too, which isn't to come along again.
    Invoke-Native dotnet 'pack', "$PSScriptRoot/lab", '--configuration', 'Release', '--output', $package, '--nologo', '-clp:ErrorsOnly'
    $tool = Get-Item "$package/Onboarding.Lab.*.nupkg"
    if ($tool.Length -gt 20MB) {
        throw "The tool has $([math]::Round($tool.Length / 1MB, 1)) MB; at most 20 are allowed. See what is in it: unzip -l $tool"
    }

    Compress-PSResource -Path $built -DestinationPath $package
    Write-Information "Packaged the module, $([math]::Round($size / 1MB, 1)) MB, and the tool, $([math]::Round($tool.Length / 1MB, 1)) MB, into $package" -InformationAction Continue
}

function Invoke-Publish {
    if (-not $Repository) {
        throw 'Publish needs -Repository: the name of a repository of Get-PSResourceRepository'
    }

    Invoke-Package
    $credential = $ApiKey ? @{ ApiKey = $ApiKey } : @{}
    Publish-PSResource -Path $built -Repository $Repository @credential
}

foreach ($name in $Task) {
    & "Invoke-$name"
}
