# The examples about the machine they run on, run as they stand in the help, where they are at home: a directory with the files they name,
# a vault with their secret, a plane. What a default names on a machine with the agent's package is given as a default here.
BeforeDiscovery {
    Import-Module $PSScriptRoot/../Support/Onboarding.Testing.psm1
    Import-BuiltModule
    $machine = 'Register-MeshWorkload', 'Start-MeshSidecar', 'Stop-MeshSidecar', 'Restart-MeshSidecar', 'Get-MeshSidecar', 'Test-MeshOnboarding'
    $examples = foreach ($command in Get-Command -Module Onboarding -CommandType Cmdlet) {
        foreach ($example in (Get-Help $command.Name).Examples.Example) {
            $code = "$($example.Code)"
            # The others are run by Examples.Tests.ps1; what watches is run, and stopped, in Status.Tests.ps1.
            if (($command.Name -in $machine -or $code -match 'Register-MeshWorkload$|-Local|^Get-OnboardingStatus$') -and $code -notmatch '-Watch') {
                @{ Name = $command.Name; Title = "$($example.Title)".Trim(' -'); Code = $code }
            }
        }
    }
}

BeforeAll {
    Import-Module $PSScriptRoot/../Support/Onboarding.Testing.psm1
    Import-Module $PSScriptRoot/../Support/Onboarding.Machine.psm1
    Import-BuiltModule
    $directory = New-TestDirectory
    $plane = Start-TestPlane $directory
    New-TestPolicy
    $null = New-WorkloadGroupPolicy racks -WorkloadGroup ratings -JoinToken -TokenNamePrefix rack
    kubectl --kubeconfig $plane.KubeConfig -n istio-system patch onboardingplane onboarding-plane --type merge -p '{"spec":{"workloads":{"authentication":{"joinToken":{}}}}}' | Out-Null
    $own = New-TestMachine $plane "$directory/own" 'own'
    $agentFile = (Get-Content -Raw $own.AgentConfigurationPath)

    Push-Location (New-Item "$directory/work" -ItemType Directory)
    Copy-Item $plane.CertificateAuthorityPath ./ca.pem
    Copy-Item $plane.ConfigurationPath ./onboarding.config.yaml
    'vm-1', 'vm-2' | ForEach-Object { New-TestMachine $plane "$directory/$_" $_ } | Export-Csv ./machines.csv
    $vault = "$directory/modules/Microsoft.PowerShell.SecretManagement"
    $null = New-Item -ItemType Directory $vault
    & $env:ONBOARDING_ENDPOINT join-token create --kubeconfig $plane.KubeConfig --workload-group bookinfo/ratings --name rack-1 --expires-in 1h 2>$null | Set-Content "$vault/ratings-join-token"
    Set-Content "$vault/Microsoft.PowerShell.SecretManagement.psm1" 'function Get-Secret { param($Name) (Get-Content -Raw "$PSScriptRoot/$Name").Trim() }'
    New-ModuleManifest "$vault/Microsoft.PowerShell.SecretManagement.psd1" -RootModule Microsoft.PowerShell.SecretManagement.psm1 -FunctionsToExport Get-Secret
    $savedPath = $env:PSModulePath
    $env:PSModulePath = "$directory/modules" + [System.IO.Path]::PathSeparator + $env:PSModulePath
    $ConfirmPreference = 'None'
    $WarningPreference = 'SilentlyContinue'

    # What is in /etc/onboarding-agent and in the machine's trust store elsewhere.
    function Set-Default([string] $Code) {
        $global:PSDefaultParameterValues = @{ 'Start-OnboardingPlane:DataDirectory' = "$directory/plane"; 'Start-OnboardingPlane:Port' = ([uri]$plane.Endpoint).Port; 'Unregister-MeshWorkload:PropagationDelay' = 0 }
        if ($Code -notmatch 'Import-Csv|Start-OnboardingPlane') {
            $global:PSDefaultParameterValues += @{ '*-Mesh*:StateDirectory' = $own.StateDirectory; 'Register-MeshWorkload:AgentConfigurationPath' = $own.AgentConfigurationPath; 'Test-MeshOnboarding:AgentConfigurationPath' = $own.AgentConfigurationPath }
        }

        if ($Code -notmatch '-Endpoint|-ConfigurationPath|\./onboarding|Import-Csv|Start-OnboardingPlane') {
            $global:PSDefaultParameterValues += @{ 'Register-MeshWorkload:ConfigurationPath' = $plane.ConfigurationPath; 'Test-MeshOnboarding:ConfigurationPath' = $plane.ConfigurationPath }
        }

        if ($Code -match 'TokenSecretName') {
            # Another machine: a key is bound to one identity.
            $global:PSDefaultParameterValues['*-Mesh*:StateDirectory'] = "$directory/token"
            $global:PSDefaultParameterValues += @{ 'Register-MeshWorkload:CertificateAuthorityPath' = $plane.CertificateAuthorityPath }
        }
    }
}

AfterAll {
    $global:PSDefaultParameterValues = @{}
    Pop-Location
    Clear-Session
    Stop-OnboardingPlane
    $env:PSModulePath = $savedPath
    Remove-TestDirectory $directory
}

Describe 'The examples' {
    BeforeEach {
        $global:PSDefaultParameterValues = @{}
        if ($Name -eq 'Register-MeshWorkload' -or $Code -match 'Register-MeshWorkload$') {
            Clear-Session
        } elseif (Get-MeshSidecar -StateDirectory $own.StateDirectory -ErrorAction Ignore) {
            Start-MeshSidecar -StateDirectory $own.StateDirectory
        } elseif ($Name -ne 'Test-MeshOnboarding') {
            $null = $own | Register-MeshWorkload -StartSidecar
        }

        if ($Code -match '^Start-OnboardingPlane') {
            # Anew, in the same place: it knows its policies.
            Stop-OnboardingPlane
        }

        # The one name that a machine of a test can't resolve.
        $run = $Code.Replace('onboarding.example', $plane.Endpoint)
        Set-Default $Code
    }

    It 'of <Name> run: <Title>' -ForEach $examples {
        $previous = $Error.Count
        { $ErrorActionPreference = 'Stop'; & ([scriptblock]::Create($run)) | Out-Null } | Should -Not -Throw -Because $Code
        $Error.Count | Should -Be $previous -Because $Code
    }
}
