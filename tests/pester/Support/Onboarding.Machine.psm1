<#
What tests of this machine share. Import it in BeforeAll, after Onboarding.Testing:
    Import-Module $PSScriptRoot/../Support/Onboarding.Machine.psm1
#>
[Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseShouldProcessForStateChangingFunctions', '', Justification = 'Tests ask nobody.')]
param()

Import-Module $PSScriptRoot/Onboarding.Testing.psm1

# A plane with the sample mesh, and away from an agent that runs on this machine.
function Start-TestPlane {
    param([string] $Directory)
    $env:ONBOARDING_ENDPOINT = Find-BuiltProgram lab onboarding-lab
    $env:ONBOARDING_AGENT_SOCKET = $null
    Clear-Session
    Start-OnboardingPlane -DataDirectory "$Directory/plane" -Port 0 -Sample Bookinfo
}

# Admits every machine of the sample's issuer.
function New-TestPolicy {
    $null = New-WorkloadGroupPolicy ratings -Namespace bookinfo -WorkloadGroup ratings -Jwt -Issuer https://demo.localhost -Attribute @{ role = 'ratings' }
}

# The sample's AgentConfiguration for another machine: its own subject, state directory and sidecar port, or another plugin.
function New-TestMachine {
    param($Plane, [string] $Directory, [string] $Subject, [string] $Plugin)
    $null = New-Item -ItemType Directory $Directory -Force
    $text = (Get-Content -Raw -LiteralPath $Plane.AgentConfigurationPath) -replace 'value: laptop', "value: $Subject"
    # Each machine has its own.
    $null = $text -match 'readiness:\s+port: (?<port>\d+)'
    $text = $text -replace "\b$($Matches.port)\b", (Get-FreePort)
    if ($Plugin) {
        $text = $text -replace '(?m)^(\s+path: ).*jwt-credential-plugin$', "`${1}$Plugin"
    }

    Set-Content -LiteralPath "$Directory/agent.yaml" $text
    [pscustomobject]@{
        ConfigurationPath      = $Plane.ConfigurationPath
        AgentConfigurationPath = "$Directory/agent.yaml"
        StateDirectory         = "$Directory/state"
    }
}

# Below the ports that systems give to connections: one of those could be taken by anybody's connection before it is used.
function Get-FreePort {
    while ($true) {
        $port = Get-Random -Minimum 20000 -Maximum 32000
        $listener = [System.Net.Sockets.TcpListener]::new([System.Net.IPAddress]::Loopback, $port)
        try {
            $listener.Start()
            return $port
        } catch {
            Write-Debug "Port $port is taken: another."
        } finally {
            $listener.Stop()
        }
    }
}

# An executable script, moved into place: one that is open for writing can't be executed.
function New-Script {
    param([string] $Path, [string] $Body)
    [System.IO.File]::WriteAllText("$Path.new", "#!/bin/sh`n$Body`n")
    [System.IO.File]::SetUnixFileMode("$Path.new", 'UserRead,UserWrite,UserExecute')
    Move-Item -LiteralPath "$Path.new" -Destination $Path -Force
    $Path
}

# The agent as a process, as its service runs it; end it with Stop-TestAgent.
function Start-TestAgent {
    param($Machine, [string] $Log)
    $program = Find-BuiltProgram agent-host onboarding-agent
    $agent = Start-Process $program -PassThru -RedirectStandardError $Log -RedirectStandardOutput "$Log.out" -ArgumentList @(
        'run', '--onboarding-config', $Machine.ConfigurationPath, '--agent-config', $Machine.AgentConfigurationPath, '--state-directory', $Machine.StateDirectory)
    Wait-Until { Test-Path "$($Machine.StateDirectory)/agent.sock" }
    $agent
}

function Stop-TestAgent {
    param($Agent)
    if ($Agent -and -not $Agent.HasExited) {
        kill -TERM $Agent.Id
        $null = $Agent.WaitForExit(180000)
    }
}

# Takes every session of this process out, so that a test begins with none.
function Clear-Session {
    foreach ($status in @(Get-OnboardingStatus -ErrorAction Ignore)) {
        if ($status.Session -eq 'Process') {
            Unregister-MeshWorkload -Local -StateDirectory $status.StateDirectory -PropagationDelay 0 -Confirm:$false
        }
    }
}

# Names of the registrations in the cluster.
function Get-Registration {
    param($Plane)
    @(& kubectl --kubeconfig $Plane.KubeConfig -n bookinfo get war -o name) -replace '.*/'
}

Export-ModuleMember -Function *
