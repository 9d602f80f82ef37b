BeforeAll {
    Import-Module $PSScriptRoot/../Support/Onboarding.Testing.psm1
    Import-BuiltModule
    $directory = New-TestDirectory
    $minimal = @{ Endpoint = 'onboarding.example'; Namespace = 'bookinfo'; WorkloadGroup = 'ratings' }
}

AfterAll {
    Stop-OnboardingPlane
    Remove-TestDirectory $directory
}

Describe 'New-OnboardingConfiguration' {
    It 'writes what an agent needs to be told, and nothing else' {
        $yaml = New-OnboardingConfiguration @minimal
        $yaml.Trim() | Should -BeExactly @'
apiVersion: config.agent.onboarding.tetrate.io/v1alpha1
kind: OnboardingConfiguration
onboardingEndpoint:
  host: onboarding.example
workloadGroup:
  namespace: bookinfo
  name: ratings
'@
    }

    It 'writes what the validator accepts, with everything it can be told' {
        $yaml = New-OnboardingConfiguration -Endpoint https://10.0.0.7:443 -Namespace bookinfo -WorkloadGroup ratings -Label @{ version = 'v2'; tier = 1 } `
            -ServerName onboarding.example -CertificateAuthorityPath /etc/onboarding-agent/ca.pem -ConnectedOver INTERNET
        $yaml | Test-OnboardingConfiguration -Quiet | Should -BeTrue
        $yaml | Should -Match 'port: 443'
        $yaml | Should -Match 'sni: onboarding.example'
        $yaml | Should -Match 'tier: .1.'
        $yaml | Should -Match 'INTERNET'
    }

    It 'writes a file, asks for -Force to overwrite it, and writes nothing under -WhatIf' {
        $file = New-OnboardingConfiguration "$directory/agent.yaml" @minimal
        $file | Should -BeOfType System.IO.FileInfo
        $file.FullName | Should -Exist
        New-OnboardingConfiguration "$directory/agent.yaml" @minimal -ErrorVariable errors -ErrorAction SilentlyContinue
        $errors[0].FullyQualifiedErrorId | Should -BeExactly 'FileExists,Onboarding.Cmdlets.NewOnboardingConfigurationCommand'
        (New-OnboardingConfiguration "$directory/agent.yaml" @minimal -Force).Length | Should -Be $file.Length
        New-OnboardingConfiguration "$directory/never.yaml" @minimal -WhatIf
        "$directory/never.yaml" | Should -Not -Exist
    }

    It 'says what is wrong with what it was told' {
        New-OnboardingConfiguration -Endpoint 'not a host' -Namespace UPPER -WorkloadGroup ratings -ErrorVariable errors -ErrorAction SilentlyContinue
        $errors[0].FullyQualifiedErrorId | Should -BeExactly 'ConfigurationInvalid,Onboarding.Cmdlets.NewOnboardingConfigurationCommand'
        "$($errors[0])" | Should -Match 'onboardingEndpoint.host'
    }

    It 'takes rows of a table' {
        $rows = 'cart', 'ratings' | ForEach-Object { [pscustomobject]@{ Endpoint = 'onboarding.example'; Namespace = 'shop'; WorkloadGroup = $_ } }
        ($rows | New-OnboardingConfiguration).Count | Should -Be 2
    }
}

Describe 'Test-OnboardingConfiguration' {
    It 'says nothing of a file that can be used, and with -PassThru that it can' {
        New-OnboardingConfiguration "$directory/good.yaml" @minimal | Out-Null
        Test-OnboardingConfiguration "$directory/good.yaml" | Should -BeNullOrEmpty
        (Test-OnboardingConfiguration "$directory/good.yaml" -PassThru).Severity | Should -BeExactly 'Pass'
        Test-OnboardingConfiguration "$directory/good.yaml" -Quiet | Should -BeTrue
    }

    It 'says every problem with its place' {
        @'
apiVersion: config.agent.onboarding.tetrate.io/v1alpha1
kind: OnboardingConfiguration
onboardingEndpoint:
  host: onboarding.example
  port: 99999
workloadGroup:
  namespace: bookinfo
  nmae: ratings
'@ | Set-Content "$directory/bad.yaml"
        $problems = Get-Item "$directory/bad.yaml" | Test-OnboardingConfiguration
        $problems[0] | Should -BeOfType Onboarding.Cmdlets.ConfigurationProblem
        ($problems | Where-Object Path -EQ 'onboardingEndpoint.port').Line | Should -Be 5
        ($problems | Where-Object Path -Like 'workloadGroup.nmae').Column | Should -Be 3
        $problems.File | Select-Object -Unique | Should -BeExactly "$directory/bad.yaml"
        Test-OnboardingConfiguration "$directory/bad.yaml" -Quiet | Should -BeFalse
    }

    It 'checks <kind>, too' -ForEach @(
        @{ Kind = 'AgentConfiguration'; Text = "apiVersion: config.agent.onboarding.tetrate.io/v1alpha1`nkind: AgentConfiguration`nsidecar: {nonsense: 1}" }
        @{ Kind = 'OnboardingPolicy'; Text = "apiVersion: authorization.onboarding.tetrate.io/v1alpha1`nkind: OnboardingPolicy`nmetadata: {name: x}`nspec: {allow: [{nonsense: 1}]}" }
        @{ Kind = 'WorkloadGroup'; Text = "apiVersion: networking.istio.io/v1`nkind: WorkloadGroup`nmetadata: {name: x}`nspec: {template: {nonsense: 1}}" }
    ) {
        $problems = $Text | Test-OnboardingConfiguration
        "$($problems.Path)" | Should -Match 'nonsense'
    }

    It 'B17 takes the lines of Get-Content as one text' {
        New-OnboardingConfiguration "$directory/lines.yaml" @minimal -Force
        Get-Content "$directory/lines.yaml" | Test-OnboardingConfiguration | Should -BeNullOrEmpty
        Get-Content "$directory/lines.yaml" | Test-OnboardingConfiguration -Quiet | Should -BeTrue
        @(Get-Content "$directory/lines.yaml" | Test-OnboardingConfiguration -PassThru).Count | Should -Be 1
        'kind: OnboardingConfiguration' | Test-OnboardingConfiguration -Quiet | Should -BeFalse
    }

    It 'B17 refuses names that no object can have' -ForEach @(
        @{ Given = @{ Endpoint = 'onboarding.example'; Namespace = 'Book_Info'; WorkloadGroup = 'ratings' } }
        @{ Given = @{ Endpoint = 'onboarding.example'; Namespace = 'bookinfo'; WorkloadGroup = 'Ratings' } }
        @{ Given = @{ Endpoint = 'onboarding.example'; Namespace = 'book.info'; WorkloadGroup = 'ratings' } }
    ) {
        New-OnboardingConfiguration @Given -ErrorVariable errors -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
        $errors[0].FullyQualifiedErrorId | Should -Match '^ConfigurationInvalid,'
        $text = (New-OnboardingConfiguration @minimal) -replace 'bookinfo', $Given.Namespace -replace 'name: ratings', "name: $($Given.WorkloadGroup)"
        $text | Test-OnboardingConfiguration -Quiet | Should -BeFalse
    }

    It 'says of another file that it is another' {
        $problem = "apiVersion: v1`nkind: Pod`nmetadata: {name: x}" | Test-OnboardingConfiguration
        "$($problem.Message)" | Should -Match 'OnboardingConfiguration'
    }

    It 'reports a file that is not there and goes on' {
        $found = [pscustomobject]@{ Path = "$directory/nowhere" }, [pscustomobject]@{ Path = "$directory/good.yaml" } |
            Test-OnboardingConfiguration -Quiet -ErrorVariable errors -ErrorAction SilentlyContinue
        $found | Should -BeTrue
        $errors[0].FullyQualifiedErrorId | Should -BeExactly 'FileNotFound,Onboarding.Cmdlets.TestOnboardingConfigurationCommand'
    }
}

Describe 'Export-MeshBootConfiguration' {
    BeforeAll {
        $env:ONBOARDING_ENDPOINT = Find-BuiltProgram lab onboarding-lab
        $null = Start-OnboardingPlane -DataDirectory "$directory/boots" -Port 0 -Sample Bookinfo
    }

    It 'writes the files of istioctl for a group of the cluster, the token for its owner alone' {
        $files = Export-MeshBootConfiguration ratings "$directory/boot" -WarningVariable warnings -WarningAction SilentlyContinue
        $files.Name | Should -Be 'cluster.env', 'hosts', 'istio-token', 'mesh.yaml', 'root-cert.pem'
        (Get-Item "$directory/boot/istio-token").UnixMode | Should -BeExactly '-rw-------'
        "$warnings" | Should -Match 'istio-token'
        "$warnings" | Should -Not -Match 'eyJ'
        Get-Content "$directory/boot/cluster.env" -Raw | Should -Match "SERVICE_ACCOUNT='?bookinfo-ratings"
    }

    It 'asks for no token with -NoToken, and for -Force where files are' {
        { Export-MeshBootConfiguration ratings "$directory/boot" -ErrorAction Stop } |
            Should -Throw -ErrorId 'FileExists,Onboarding.Cmdlets.ExportMeshBootConfigurationCommand'
        (Export-MeshBootConfiguration ratings "$directory/tokenless" -NoToken).Name | Should -Not -Contain 'istio-token'
        (Export-MeshBootConfiguration ratings "$directory/tokenless" -NoToken -Force).Count | Should -Be 4
    }

    It 'needs no cluster where group and mesh configuration are files' {
        Set-Content "$directory/group.yaml" "apiVersion: networking.istio.io/v1`nkind: WorkloadGroup`nmetadata: {name: cart, namespace: shop}`nspec: {template: {serviceAccount: cart}}"
        Set-Content "$directory/mesh.yaml" "defaultConfig: {discoveryAddress: 'istiod.istio-system.svc:15012'}"
        $files = Export-MeshBootConfiguration -WorkloadGroupPath "$directory/group.yaml" -MeshConfigPath "$directory/mesh.yaml" -Destination "$directory/offline" -KubeConfig "$directory/none"
        $files.Name | Should -Contain 'cluster.env'
        Get-Content "$directory/offline/mesh.yaml" -Raw | Should -Match 'istiod.istio-system.svc:15012'
    }

    It 'writes nothing under -WhatIf, and names group and context' {
        $said = Invoke-FreshPwsh "Import-Module '$(Get-BuiltManifest)'; Export-MeshBootConfiguration ratings '$directory/never' -Namespace bookinfo -KubeConfig '$directory/boots/kubeconfig' -WhatIf"
        "$said" | Should -Match 'bookinfo/ratings \(context onboarding-embedded\)'
        "$directory/never" | Should -Not -Exist
    }

    It 'says that there is no such group' {
        Export-MeshBootConfiguration nobody "$directory/never" -ErrorVariable errors -ErrorAction SilentlyContinue
        $errors[0].FullyQualifiedErrorId | Should -BeExactly 'WorkloadGroupNotFound,Onboarding.Cmdlets.ExportMeshBootConfigurationCommand'
        "$directory/never" | Should -Not -Exist
    }
}
