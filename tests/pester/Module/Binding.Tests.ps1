# Parameters, aliases and what the pipeline binds, as users were promised them. P: by property name; V: by value; in brackets: aliases.
BeforeDiscovery {
    $promised = @'
Register-MeshWorkload          ConfigurationPath(Path,FullName)=P AgentConfigurationPath=P Endpoint=P Namespace=P WorkloadGroup(Group)=P ServerName CertificateAuthorityPath(CACert)=P CredentialPlugin TokenPath TokenSecretName Label ConnectedOver Session StartSidecar Force StateDirectory=P TimeoutSec ThrottleLimit
Unregister-MeshWorkload        Local PropagationDelay Name=P Namespace=P Rejoin InputObject=V Reason PassThru StateDirectory Context KubeConfig TimeoutSec
Get-MeshWorkload               Name=P WorkloadGroup Selector Phase Platform Stale Watch Namespace Context KubeConfig TimeoutSec
Get-OnboardingStatus           Watch Name=P WorkloadGroup All Since CorrelationId StateDirectory Namespace Context KubeConfig TimeoutSec
Start-MeshSidecar              Name=P NoWait PassThru StateDirectory TimeoutSec
Stop-MeshSidecar               Name=P DrainTimeoutSec Force PassThru StateDirectory TimeoutSec
Restart-MeshSidecar            Name=P NoWait DrainTimeoutSec Force PassThru StateDirectory TimeoutSec
Get-MeshSidecar                Name=P StateDirectory TimeoutSec
New-WorkloadGroupPolicy        Name WorkloadGroup Selector NotAfter MaxMembers AddressCidr AsYaml Aws AccountId Region IamRoleName Ecs Cluster Gcp ProjectId Azure SubscriptionId Jwt Issuer Subject Attribute Spiffe TrustDomain Namespace Context KubeConfig TimeoutSec
Get-WorkloadGroupPolicy        Name=P WorkloadGroup Namespace Context KubeConfig TimeoutSec
Set-WorkloadGroupPolicy        Path InputObject=V FieldManager Force Namespace Context KubeConfig TimeoutSec
Remove-WorkloadGroupPolicy     Name=P InputObject=V Force Namespace Context KubeConfig TimeoutSec
Test-WorkloadGroupPolicy       Identity InputObject=V WorkloadGroup Path Quiet Namespace Context KubeConfig TimeoutSec
Test-MeshOnboarding            ConfigurationPath(Path,FullName)=P AgentConfigurationPath=P Endpoint=P Namespace=P WorkloadGroup(Group)=P ServerName CertificateAuthorityPath(CACert)=P CredentialPlugin TokenPath TokenSecretName Label ConnectedOver Category SkipCheck Quiet StateDirectory TimeoutSec
New-OnboardingConfiguration    Path Endpoint Namespace WorkloadGroup Label ServerName ConnectedOver Force
Test-OnboardingConfiguration   Path(FullName)=P InputObject=V Quiet PassThru
Export-MeshBootConfiguration   WorkloadGroup MeshConfigPath Local Destination Force NoToken Namespace Context KubeConfig TimeoutSec StateDirectory
Start-OnboardingPlane          DataDirectory Port Sample EndpointPath NoConnect Embedded
Stop-OnboardingPlane           Name=P RemoveData
Connect-OnboardingPlane        Context KubeConfig Namespace Endpoint PassThru
Disconnect-OnboardingPlane
Get-OnboardingContext          ListAvailable
ConvertTo-OnboardingPlane      InputObject=V Path(FullName)=P
Install-OnboardingPlane        EndpointHost SecretName Path=P Hub Tag OnboardedNamespace WaitSec Namespace=P Context KubeConfig TimeoutSec
Uninstall-OnboardingPlane      Purge RemoveMembers Namespace=P Context KubeConfig TimeoutSec
'@ -split "`n" | ForEach-Object {
        $name, $parameters = $_.Trim() -split '\s+'
        @{ Name = $name; Parameters = @($parameters | Where-Object { $_ }) }
    }
    $high = 'Unregister-MeshWorkload', 'Remove-WorkloadGroupPolicy', 'Uninstall-OnboardingPlane'
    $impact = 'Unregister-MeshWorkload', 'Remove-WorkloadGroupPolicy', 'Register-MeshWorkload', 'Stop-MeshSidecar', 'New-WorkloadGroupPolicy', 'Install-OnboardingPlane', 'Uninstall-OnboardingPlane' |
        ForEach-Object { @{ Name = $_; Impact = $_ -in $high ? 'High' : 'Medium' } }
}

BeforeAll {
    Import-Module $PSScriptRoot/../Support/Onboarding.Testing.psm1
    Import-BuiltModule
    $directory = New-TestDirectory
    $saved = $env:KUBECONFIG
    $env:KUBECONFIG = New-Kubeconfig "$directory/kubeconfig"
}

AfterAll {
    $env:KUBECONFIG = $saved
    Remove-TestDirectory $directory
}

Describe '<Name>' -Tag Compatibility -ForEach $promised {
    It 'has its parameters, under their names and aliases, bound as promised' {
        $command = Get-Command $Name
        foreach ($promise in $Parameters) {
            $null = $promise -match '^(?<name>\w+)(\((?<aliases>[\w,]+)\))?(=(?<bound>[PV]))?$'
            $parameter = $command.Parameters[$Matches.name]
            $parameter | Should -Not -BeNullOrEmpty -Because $promise
            foreach ($alias in $Matches.aliases -split ',' | Where-Object { $_ }) {
                $parameter.Aliases | Should -Contain $alias -Because $promise
            }

            $attributes = @($parameter.Attributes | Where-Object { $_ -is [System.Management.Automation.ParameterAttribute] })
            if ($Matches.bound -eq 'P') {
                $attributes.ValueFromPipelineByPropertyName | Should -Contain $true -Because $promise
            } elseif ($Matches.bound -eq 'V') {
                $attributes.ValueFromPipeline | Should -Contain $true -Because $promise
            }
        }
    }
}

Describe 'The impact of <Name>' -Tag Compatibility -ForEach $impact {
    It 'is <Impact>' {
        (Get-Command $Name).ImplementingType.GetCustomAttributes([System.Management.Automation.CmdletAttribute], $false)[0].ConfirmImpact | Should -Be $Impact
    }
}

Describe 'The pipeline' -Tag Compatibility {
    It 'binds every row of a CSV by the names of its columns, and a row that can''t be bound stops no other' {
        @'
Endpoint,Namespace,WorkloadGroup,StateDirectory,Host
onboarding.example,shop,cart,@/vm-1,vm-1
,shop,cart,@/vm-2,vm-2
onboarding.example,shop,reviews,@/vm-3,vm-3
'@.Replace('@', $directory) | Set-Content "$directory/machines.csv"
        $said = Invoke-FreshPwsh "Import-Module '$(Get-BuiltManifest)'; `$ErrorActionPreference = 'Continue'; Import-Csv '$directory/machines.csv' | Register-MeshWorkload -WhatIf -ErrorVariable failed -ErrorAction SilentlyContinue; `"failed: `$(`$failed.TargetObject.Host)`""
        $said -match '^What if:' | Should -HaveCount 2
        "$said" | Should -Match 'shop/cart \(plane https://onboarding\.example:15443\)'
        "$said" | Should -Match 'shop/reviews \(plane'
        $said | Should -Contain 'failed: vm-2'
    }

    It 'binds files by their full names, by the alias too' {
        New-OnboardingConfiguration "$directory/one.yaml" -Endpoint onboarding.example -Namespace shop -WorkloadGroup cart | Out-Null
        Copy-Item "$directory/one.yaml" "$directory/two.yaml"
        (Get-ChildItem "$directory/*.yaml" | Test-OnboardingConfiguration -Quiet) | Should -Be $true, $true
        [pscustomobject]@{ FullName = "$directory/one.yaml" } | Test-OnboardingConfiguration -Quiet | Should -BeTrue
        Get-Content -Raw "$directory/two.yaml" | Test-OnboardingConfiguration -Quiet | Should -BeTrue
    }

    It 'binds paths of the shell''s location, whatever the process''s is' {
        Push-Location $directory
        try {
            Test-OnboardingConfiguration ./one.yaml -Quiet | Should -BeTrue
            (New-OnboardingConfiguration three.yaml -Endpoint onboarding.example -Namespace shop -WorkloadGroup cart).FullName | Should -BeExactly "$directory/three.yaml"
        } finally {
            Pop-Location
        }
    }
}
