# The examples of the cmdlets for a fleet, run as they stand in the help, in order of the alphabet, where they are at home: a directory
# with the files they name, a plane with Bookinfo and two contexts, members that come and go.
BeforeDiscovery {
    Import-Module $PSScriptRoot/../Support/Onboarding.Testing.psm1
    Import-BuiltModule
    $machine = 'Register-MeshWorkload', 'Start-MeshSidecar', 'Stop-MeshSidecar', 'Restart-MeshSidecar', 'Get-MeshSidecar', 'Test-MeshOnboarding'
    # These need a cluster that runs pods: tests/install has one.
    $cluster = 'Install-OnboardingPlane', 'Uninstall-OnboardingPlane'
    $examples = foreach ($command in Get-Command -Module Onboarding -CommandType Cmdlet | Where-Object Name -NotIn ($machine + $cluster)) {
        foreach ($example in (Get-Help $command.Name).Examples.Example) {
            # What is about the machine it runs on is shown elsewhere.
            if ("$($example.Code)" -notmatch 'Register-MeshWorkload$|-Local|^Get-OnboardingStatus( -Watch)?$') {
                @{ Name = $command.Name; Title = "$($example.Title)".Trim(' -'); Code = "$($example.Code)" }
            }
        }
    }
}

BeforeAll {
    Import-Module $PSScriptRoot/../Support/Onboarding.Testing.psm1
    Import-BuiltModule
    $directory = New-TestDirectory
    $saved = $env:KUBECONFIG, $env:ONBOARDING_ENDPOINT
    $env:ONBOARDING_ENDPOINT = Find-BuiltProgram lab onboarding-lab
    $main = Start-OnboardingPlane -DataDirectory "$directory/demo" -Port 0 -Sample Bookinfo
    New-RefusalEvent -KubeConfig $main.KubeConfig

    # Two contexts of the same cluster; its port changes when a plane is started again.
    function Copy-Context {
        Copy-Item "$directory/demo/kubeconfig" $env:KUBECONFIG
        foreach ($name in 'prod-eu', 'staging') {
            & kubectl config set-context $name --cluster onboarding-embedded --user onboarding-embedded-admin --namespace bookinfo | Out-Null
        }

        & kubectl config use-context prod-eu | Out-Null
    }

    Push-Location (New-Item "$directory/work" -ItemType Directory)
    $env:KUBECONFIG = "$directory/contexts"
    Copy-Context
    New-WorkloadGroupPolicy file -Namespace bookinfo -Selector @{ app = 'ratings' } -JoinToken -TokenName one -AsYaml | Set-Content policy.yaml
    "apiVersion: install.tetrate.io/v1alpha1`nkind: ControlPlane`nmetadata: {name: controlplane, namespace: istio-system}`nspec: {meshExpansion: {onboarding: {endpoint: {hosts: [join.example], secretName: join-tls}}}}" | Set-Content controlplane.yaml
    '{"jwt": {"issuer": "https://demo.localhost", "subject": "vm-7", "attributes": {"role": "ratings"}}}' | Set-Content identity.json
    New-OnboardingConfiguration ./onboarding.config.yaml -Endpoint onboarding.example -Namespace bookinfo -WorkloadGroup ratings | Out-Null
    Copy-Item "$directory/demo/audit.jsonl" audit.jsonl
    '12:00:00.000 info: Onboarding.Plane[1] started' | Set-Content endpoint-pod.log
    $ConfirmPreference = 'None'
}

AfterAll {
    Pop-Location
    Stop-OnboardingPlane
    $env:KUBECONFIG, $env:ONBOARDING_ENDPOINT = $saved
    Remove-TestDirectory $directory
}

# The files that examples name are in the working directory.
Describe 'The examples' {
    BeforeEach {
        # As the one before left it, but for what the next may need.
        if ((Get-OnboardingContext -ListAvailable).Name -notcontains 'demo') {
            $null = Start-OnboardingPlane -DataDirectory "$directory/demo" -Port 0
            Copy-Context
        }

        Connect-OnboardingPlane demo -Namespace bookinfo
        if (@(Get-MeshWorkload).Count -lt 3) {
            New-BookinfoMember -KubeConfig "$directory/demo/kubeconfig"
        }

        foreach ($name in 'ratings', 'web', 'migration') {
            Remove-WorkloadGroupPolicy $name -Confirm:$false -Force -ErrorAction Ignore
        }

        New-WorkloadGroupPolicy spare -Selector @{ app = 'nobody' } -JoinToken -TokenName one -ErrorAction Ignore | Out-Null
        Remove-Item ./boot -Recurse -ErrorAction Ignore
    }

    It 'of <Name> run: <Title>' -ForEach $examples {
        $previous = $Error.Count
        { $ErrorActionPreference = 'Stop'; $WarningPreference = 'SilentlyContinue'; & ([scriptblock]::Create($Code)) | Out-Null } | Should -Not -Throw -Because $Code
        $Error.Count | Should -Be $previous -Because $Code
    }
}
