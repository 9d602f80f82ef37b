BeforeDiscovery {
    $refusals = @(
        @{ Code = 401; Reason = 'Unauthorized'; Id = 'ClusterUnauthorized'; Category = 'AuthenticationError'; Next = 'Connect-OnboardingPlane -Context' }
        @{ Code = 403; Reason = 'Forbidden'; Id = 'ClusterForbidden'; Category = 'PermissionDenied'; Next = 'kubectl auth can-i --list' }
        @{ Code = 404; Reason = 'NotFound'; Id = 'PlaneNotInstalled'; Category = 'NotInstalled'; Next = 'kubectl apply -f deploy/crds' }
        @{ Code = 400; Reason = 'BadRequest'; Id = 'ClusterRefused'; Category = 'InvalidData'; Next = 'kubectl get' }
    )
}

BeforeAll {
    Import-Module $PSScriptRoot/../Support/Onboarding.Testing.psm1
    Import-Module $PSScriptRoot/../Support/Onboarding.Machine.psm1
    Import-Module $PSScriptRoot/../Support/Onboarding.Cluster.psm1
    Import-BuiltModule
    $directory = New-TestDirectory
    $cluster = Start-FakeCluster "$directory/kubeconfig"
    $saved = $env:KUBECONFIG
    $env:KUBECONFIG = $cluster.KubeConfig
    Set-Content "$directory/group.yaml" "apiVersion: networking.istio.io/v1`nkind: WorkloadGroup`nmetadata: {name: cart, namespace: shop}`nspec: {template: {serviceAccount: cart}}"
    Set-Content "$directory/mesh.yaml" "defaultConfig: {discoveryAddress: 'istiod.istio-system.svc:15012'}"
    $group = @{ WorkloadGroupPath = "$directory/group.yaml"; Destination = "$directory/never"; ErrorAction = 'Stop' }
}

AfterAll {
    $env:KUBECONFIG = $saved
    $cluster.Stop()
    Remove-TestDirectory $directory
}

Describe 'A cluster that answers <Code>' -Tag Compatibility -ForEach $refusals {
    BeforeAll {
        Set-Answer $cluster $Code $Reason
    }

    It 'is an error with an id, a category, the cluster''s own words and what to do' {
        { Get-MeshWorkload -ErrorAction Stop } | Should -Throw -ErrorId "$Id,Onboarding.Cmdlets.GetMeshWorkloadCommand"
        $Error[0].CategoryInfo.Category | Should -Be $Category
        $Error[0].ErrorDetails.Message | Should -Match "^\[$Id\] .*the cluster says $Reason"
        $Error[0].ErrorDetails.RecommendedAction | Should -Match ([regex]::Escape($Next))
    }
}

Describe 'Export-MeshBootConfiguration' -Tag Compatibility {
    BeforeAll {
        Set-Answer $cluster 403 Forbidden
    }

    AfterEach {
        "$directory/never" | Should -Not -Exist
    }

    It 'says RevisionUnknown where it may not ask for the default revision' {
        { Export-MeshBootConfiguration @group } | Should -Throw -ErrorId 'RevisionUnknown,*'
        $Error[0].ErrorDetails.RecommendedAction | Should -Match 'revision'
    }

    It 'says ClusterIdUnknown where it may not ask for the cluster''s name' {
        { Export-MeshBootConfiguration @group -Revision default } | Should -Throw -ErrorId 'ClusterIdUnknown,*'
        $Error[0].ErrorDetails.RecommendedAction | Should -Match 'cluster-id'
    }

    It 'says ClusterForbidden where it may not read the mesh configuration' {
        { Export-MeshBootConfiguration @group -Revision default -ClusterId prod } | Should -Throw -ErrorId 'ClusterForbidden,*'
        $Error[0].ErrorDetails.RecommendedAction | Should -Match 'kubectl auth can-i --list'
    }

    It 'says ConfigMapNotFound where there is no mesh configuration' {
        Set-Answer $cluster 404 NotFound -Path '/configmaps/'
        { Export-MeshBootConfiguration @group -Revision default -ClusterId prod } | Should -Throw -ErrorId 'ConfigMapNotFound,*'
        $Error[0].ErrorDetails.RecommendedAction | Should -Match 'kubectl get configmaps -n istio-system'
    }

    It 'says TokenNotCreated where the cluster makes none' {
        $map = @{ apiVersion = 'v1'; kind = 'ConfigMap'; metadata = @{ name = 'any' }; data = @{ mesh = (Get-Content -Raw "$directory/mesh.yaml"); 'root-cert.pem' = 'a root' } }
        Set-Answer $cluster 200 -Path '/configmaps/' -Body ($map | ConvertTo-Json)
        { Export-MeshBootConfiguration @group -Revision default -ClusterId prod } | Should -Throw -ErrorId 'TokenNotCreated,*'
        $Error[0].ErrorDetails.RecommendedAction | Should -Match 'kubectl get serviceaccount cart -n shop'
    }

    It 'says AddressesExclusive for a machine with two kinds of address' {
        { Export-MeshBootConfiguration @group -InternalIP 10.0.0.1 -ExternalIP 192.0.2.1 } | Should -Throw -ErrorId 'AddressesExclusive,*'
    }

    It 'says FileUnreadable of a file that is not there' {
        { Export-MeshBootConfiguration -WorkloadGroupPath "$directory/nothing.yaml" -MeshConfigPath "$directory/mesh.yaml" -Destination "$directory/never" -ErrorAction Stop } |
            Should -Throw -ErrorId 'FileUnreadable,*' -ExpectedMessage '*nothing.yaml*'
    }

    It 'says InputInvalid of a file that holds no YAML, and which it is' {
        Set-Content "$directory/broken.yaml" 'spec: [1'
        { Export-MeshBootConfiguration -WorkloadGroupPath "$directory/broken.yaml" -MeshConfigPath "$directory/mesh.yaml" -Destination "$directory/never" -ErrorAction Stop } |
            Should -Throw -ErrorId 'InputInvalid,*' -ExpectedMessage '*broken.yaml*'
    }

    It 'says InputInvalid of <What>, and which file it is' -ForEach @(
        @{ What = 'a Service'; Text = "apiVersion: v1`nkind: Service`nmetadata: {name: cart}"; Why = "isn't a WorkloadGroup: its first document is a Service" }
        @{ What = 'a List'; Text = "apiVersion: v1`nkind: List`nitems: []"; Why = "isn't a WorkloadGroup: its first document is a List" }
        @{ What = 'a sequence'; Text = '- kind: WorkloadGroup'; Why = 'cannot unmarshal array' }
        @{ What = 'an empty file'; Text = ''; Why = "isn't a WorkloadGroup: it holds nothing" }
    ) {
        Set-Content "$directory/other.yaml" $Text
        { Export-MeshBootConfiguration -WorkloadGroupPath "$directory/other.yaml" -MeshConfigPath "$directory/mesh.yaml" -Destination "$directory/never" -ErrorAction Stop } |
            Should -Throw -ErrorId 'InputInvalid,Onboarding.Cmdlets.ExportMeshBootConfigurationCommand' -ExpectedMessage "*$Why*"
        "$($Error[0])" | Should -Match ([regex]::Escape("$directory/other.yaml"))
        $Error[0].CategoryInfo.Category | Should -Be 'InvalidData'
    }

    It 'says OutputNotWritten where a file is in the way' {
        { Export-MeshBootConfiguration -WorkloadGroupPath "$directory/group.yaml" -MeshConfigPath "$directory/mesh.yaml" -Destination "$directory/group.yaml/below" -ErrorAction Stop } |
            Should -Throw -ErrorId 'OutputNotWritten,*'
        $Error[0].CategoryInfo.Category | Should -Be 'PermissionDenied'
    }
}

Describe 'What goes wrong elsewhere' -Tag Compatibility {
    It 'is FileUnusable where a file can not be read as one' {
        Test-OnboardingConfiguration $directory -ErrorVariable errors -ErrorAction SilentlyContinue
        $errors[0].FullyQualifiedErrorId | Should -BeExactly 'FileUnusable,Onboarding.Cmdlets.TestOnboardingConfigurationCommand'
        $errors[0].ErrorDetails.RecommendedAction | Should -Match 'ls -l'
    }

    It 'is SampleFailed where the sample''s plugin makes no key, and no plane stays' {
        $programs = (New-Item -ItemType Directory "$directory/programs").FullName
        $endpoint = New-Script "$programs/onboarding-lab" "exec '$(Find-BuiltProgram lab onboarding-lab)' `"`$@`""
        $null = New-Script "$programs/onboarding-agent-sample-jwt-credential-plugin" 'echo no entropy >&2; exit 3'
        $null = New-Script "$programs/mesh-sidecar-probe" 'exit 0'
        { Start-OnboardingPlane -DataDirectory "$directory/sample" -Port 0 -EndpointPath $endpoint -Sample Bookinfo } |
            Should -Throw -ErrorId 'SampleFailed,Onboarding.Cmdlets.StartOnboardingPlaneCommand' -ExpectedMessage '*exit code 3*no entropy*'
        Stop-OnboardingPlane sample -ErrorVariable errors -ErrorAction SilentlyContinue
        $errors[0].FullyQualifiedErrorId | Should -BeLike 'PlaneNotFound,*'
    }

    It 'is UnexpectedFailure where nobody foresaw it, and asks for a report' {
        # There is no such fault to cause, so what makes errors of faults is asked itself.
        $type = (Get-Command Get-OnboardingContext).ImplementingType.Assembly.GetType('Onboarding.Cmdlets.Errors.ErrorRecords')
        $record = $type.GetMethod('FromException').Invoke($null, @([System.InvalidOperationException]::new('a slip'), 'target', ''))
        $record.FullyQualifiedErrorId | Should -BeExactly 'UnexpectedFailure'
        $record.ErrorDetails.Message | Should -Match 'InvalidOperationException: a slip'
        $record.ErrorDetails.RecommendedAction | Should -Match 'Get-Error'
        $type.GetMethod('IsExpected').Invoke($null, @([System.InvalidOperationException]::new('a slip'))) | Should -BeFalse
    }
}

Describe 'Every error id' -Tag Compatibility {
    It 'of a cmdlet, of a rendering and of the machine is asserted in a test of this suite' {
        $root = Get-RepositoryRoot
        $sources = 'client/Errors/ModuleErrorIds.cs', 'client/Errors/ErrorIds.cs', 'boot-configuration/Rendering/RenderErrorIds.cs'
        $ids = $sources | ForEach-Object { Select-String "$root/$_" -Pattern 'const string (\w+)' } | ForEach-Object { $_.Matches[0].Groups[1].Value } | Sort-Object -Unique
        $ids.Count | Should -BeGreaterThan 85
        # Where a test says what it expects: the id of an error record, with or without the cmdlet's name, the ErrorId of a check, the Reason
        # of a status, or Id in a table whose tests assert it. A name of a test, or a word in a message, is none of these.
        $assertion = "'(?<id>[A-Z]\w+),(?:\*|Onboarding\.Cmdlets\.\w+)'|-ErrorId '(?<id>[A-Z]\w+)'|(?:ErrorId|Reason) \| Should -BeExactly '(?<id>[A-Z]\w+)'|\bId = '(?<id>\w+)'"
        $asserted = Get-ChildItem "$root/tests/pester" -Recurse -File -Filter '*.Tests.ps1' | Select-String -Pattern $assertion -AllMatches -CaseSensitive |
            ForEach-Object { $_.Matches } | ForEach-Object { $_.Groups['id'].Value }
        $ids | Where-Object { $_ -cnotin $asserted } | Should -BeNullOrEmpty
    }

    It 'of the plane''s reason codes is asserted: there is a test for each code there is' {
        # Made of the codes in api/Reasons.cs, one for each.
        Join-Path (Get-RepositoryRoot) tests/pester/Local/Refusals.Tests.ps1 | Should -FileContentMatch 'Select-String "\$root/api/Reasons\.cs"'
    }
}
