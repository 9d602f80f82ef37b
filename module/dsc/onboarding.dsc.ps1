#requires -Version 7.6
<#
.SYNOPSIS
What DSC calls: the resources Onboarding/WorkloadGroupPolicy and Onboarding/MeshMachine.
.DESCRIPTION
Reads an instance as JSON from standard input and writes one as JSON to standard output. Messages go to standard error as JSON lines, as DSC
asks. Exit codes: 0 done, 1 failed, 2 the instance can't be used.
#>
param(
    [Parameter(Mandatory)]
    [ValidateSet('WorkloadGroupPolicy', 'MeshMachine')]
    [string] $Resource,

    [Parameter(Mandatory)]
    [ValidateSet('Get', 'Test', 'Set', 'WhatIf', 'Delete', 'Export')]
    [string] $Operation
)

$ErrorActionPreference = 'Stop'
$WarningPreference = 'SilentlyContinue'
$ProgressPreference = 'SilentlyContinue'
# The module that this file came with, whatever else is installed.
Import-Module "$PSScriptRoot/Onboarding.psd1"

function Write-Trace([string] $Level, [string] $Message) {
    [Console]::Error.WriteLine((@{ $Level = $Message } | ConvertTo-Json -Compress))
}

function Write-State($State) {
    [Console]::Out.WriteLine(($State | ConvertTo-Json -Depth 50 -Compress))
}

# Order of keys means nothing, order of rules does.
function ConvertTo-Canonical($Value) {
    if ($Value -is [System.Collections.IDictionary]) {
        $sorted = [ordered]@{}
        foreach ($key in $Value.Keys | Sort-Object) {
            $sorted[$key] = ConvertTo-Canonical $Value[$key]
        }

        return $sorted
    }

    if ($Value -is [System.Collections.IList]) {
        return , @($Value | ForEach-Object { ConvertTo-Canonical $_ })
    }

    $Value
}

function Test-Same($One, $Other) {
    (ConvertTo-Json (ConvertTo-Canonical $One) -Depth 50 -Compress) -ceq (ConvertTo-Json (ConvertTo-Canonical $Other) -Depth 50 -Compress)
}

# -Context and -KubeConfig of the instance, for every cmdlet.
function Get-Connection($Instance) {
    $connection = @{}
    foreach ($name in 'context', 'kubeConfig') {
        if ($Instance[$name]) { $connection[$name] = $Instance[$name] }
    }

    $connection
}

function Get-PolicyState($Instance) {
    $connection = Get-Connection $Instance
    $found = Get-WorkloadGroupPolicy $Instance.name -Namespace $Instance.namespace @connection -ErrorAction SilentlyContinue -ErrorVariable failed
    if ($failed -and $failed[0].FullyQualifiedErrorId -notlike 'PolicyNotFound,*') {
        throw $failed[0]
    }

    $state = [ordered]@{ namespace = $Instance.namespace; name = $Instance.name; _exist = [bool]$found }
    if ($found) {
        $state.spec = ConvertFrom-Policy $found
        $state.accepted = $found.Accepted
    }

    $state
}

function ConvertFrom-Policy($Policy) {
    ($Policy.ManifestJson | ConvertFrom-Json -AsHashtable).spec
}

function Set-Policy($Instance) {
    $connection = Get-Connection $Instance
    if ($Instance._exist -eq $false) {
        Remove-WorkloadGroupPolicy $Instance.name -Namespace $Instance.namespace @connection -Force -Confirm:$false
        return
    }

    @{
        apiVersion = 'authorization.onboarding.tetrate.io/v1alpha1'; kind = 'OnboardingPolicy'
        metadata   = @{ name = $Instance.name; namespace = $Instance.namespace }; spec = $Instance.spec
    } | ConvertTo-Json -Depth 50 | Set-WorkloadGroupPolicy @connection -Force -Confirm:$false | Out-Null
}

function Get-MachineState($Instance) {
    $given = $Instance.stateDirectory ? @{ StateDirectory = $Instance.stateDirectory } : @{}
    $found = Get-OnboardingStatus @given -ErrorAction SilentlyContinue | Where-Object { $_.Namespace -eq $Instance.namespace -and $_.WorkloadGroup -eq $Instance.workloadGroup -and $_.Name }
    $state = [ordered]@{ namespace = $Instance.namespace; workloadGroup = $Instance.workloadGroup; _exist = [bool]$found }
    if ($found) {
        $state.phase = $found.Phase
        $state.name = $found.Name
    }

    $state
}

function Set-Machine($Instance) {
    if ($Instance._exist -eq $false) {
        $given = $Instance.stateDirectory ? @{ StateDirectory = $Instance.stateDirectory } : @{}
        Unregister-MeshWorkload -Local @given -Reason 'removed by DSC' -Confirm:$false
        return
    }

    # The service's session: one of this process would end with it.
    $join = @{ Session = 'Service' }
    foreach ($name in 'configurationPath', 'agentConfigurationPath', 'endpoint', 'serverName', 'certificateAuthorityPath', 'tokenPath', 'stateDirectory') {
        if ($Instance[$name]) { $join[$name] = $Instance[$name] }
    }

    if (-not $Instance.configurationPath) {
        $join.Namespace = $Instance.namespace
        $join.WorkloadGroup = $Instance.workloadGroup
    }

    Register-MeshWorkload @join | Out-Null
}

# What differs, by name: what is asked for and isn't so.
function Get-Difference($Wanted, $State) {
    $exist = $Wanted.Contains('_exist') ? $Wanted._exist : $true
    if ($exist -ne $State._exist) {
        return , @('_exist')
    }

    if ($exist -and $Wanted.Contains('spec') -and -not (Test-Same $Wanted.spec $State.spec)) {
        return , @('spec')
    }

    , @()
}

try {
    $text = $Operation -eq 'Export' -and -not [Console]::IsInputRedirected ? '' : [Console]::In.ReadToEnd()
    $instance = $text.Trim() ? ($text | ConvertFrom-Json -AsHashtable) : @{}
    $required = $Resource -eq 'MeshMachine' ? @('namespace', 'workloadGroup') : @('namespace', 'name')
    $missing = $required | Where-Object { $Operation -ne 'Export' -and -not $instance[$_] }
    if ($missing) {
        Write-Trace error "The instance lacks $($missing -join ', ')."
        exit 2
    }

    $get = $Resource -eq 'MeshMachine' ? { Get-MachineState $instance } : { Get-PolicyState $instance }
    $set = $Resource -eq 'MeshMachine' ? { Set-Machine $instance } : { Set-Policy $instance }
    switch ($Operation) {
        'Get' { Write-State (& $get) }
        'Test' {
            $state = & $get
            $state._inDesiredState = (Get-Difference $instance $state).Count -eq 0
            Write-State $state
        }
        'Set' {
            if ((Get-Difference $instance (& $get)).Count -gt 0) { & $set }
            Write-State (& $get)
        }
        'WhatIf' {
            $state = & $get
            $differs = Get-Difference $instance $state
            $after = [ordered]@{}
            foreach ($key in $state.Keys) { $after[$key] = $state[$key] }
            foreach ($key in $differs) { $after[$key] = $instance.Contains($key) ? $instance[$key] : $true }
            if ($differs -contains '_exist' -and $after._exist -and $instance.Contains('spec')) { $after.spec = $instance.spec }
            $after._metadata = @{ whatIf = @($differs | ForEach-Object { "would change $_ of $Resource $($instance.namespace)/$($instance.name ?? $instance.workloadGroup)" }) }
            Write-State $after
        }
        'Delete' {
            $instance._exist = $false
            if ((& $get)._exist) { & $set }
        }
        'Export' {
            if ($Resource -eq 'MeshMachine') {
                Get-OnboardingStatus | Where-Object Name | ForEach-Object { Write-State ([ordered]@{ namespace = $_.Namespace; workloadGroup = $_.WorkloadGroup; _exist = $true; phase = $_.Phase; name = $_.Name }) }
            } else {
                $connection = Get-Connection $instance
                Get-WorkloadGroupPolicy -AllNamespaces @connection | ForEach-Object { Write-State ([ordered]@{ namespace = $_.Namespace; name = $_.Name; _exist = $true; spec = ConvertFrom-Policy $_; accepted = $_.Accepted }) }
            }
        }
    }
} catch {
    Write-Trace error "$($_.ErrorDetails.Message ?? $_.Exception.Message) $($_.ErrorDetails.RecommendedAction)".Trim()
    exit 1
}
