BeforeAll {
    Import-Module $PSScriptRoot/../Support/Onboarding.Golden.psm1
    Import-Module $PSScriptRoot/../Support/Onboarding.Testing.psm1
    Import-BuiltModule
    $directory = New-TestDirectory
    $env:ONBOARDING_ENDPOINT = Find-BuiltProgram lab onboarding-lab
    $plane = Start-OnboardingPlane -DataDirectory "$directory/policies" -Port 0 -Sample Bookinfo
    New-BookinfoMember -KubeConfig $plane.KubeConfig
    $jwt = @{ Jwt = $true; Issuer = 'https://demo.localhost'; Attribute = @{ role = 'ratings' }; WorkloadGroup = 'ratings' }
}

AfterAll {
    Stop-OnboardingPlane
    Remove-TestDirectory $directory
}

Describe 'New-WorkloadGroupPolicy -AsYaml' {
    It 'writes a policy for <platform> that the validator accepts' -ForEach @(
        @{ Platform = 'aws'; Parameters = @{ Aws = $true; AccountId = '123456789012'; Region = 'eu-west-1'; IamRoleName = 'web', 'api' }; Text = 'iamRoleNames' }
        @{ Platform = 'aws'; Parameters = @{ Ecs = $true; AccountId = '123456789012'; Cluster = 'prod' }; Text = 'ecs:' }
        @{ Platform = 'gcp'; Parameters = @{ Gcp = $true; ProjectId = 'my-project'; ServiceAccount = 'web@my-project.iam.gserviceaccount.com' }; Text = 'projectIds' }
        @{ Platform = 'azure'; Parameters = @{ Azure = $true; SubscriptionId = '11111111-2222-3333-4444-555555555555'; ResourceGroup = 'web' }; Text = 'subscriptions' }
        @{ Platform = 'jwt'; Parameters = @{ Jwt = $true; Issuer = 'https://idp.example'; Subject = 'vm-1' }; Text = 'subjects' }
        @{ Platform = 'kubernetes'; Parameters = @{ Kubernetes = $true; ServiceAccountNamespace = 'shop'; ServiceAccount = 'cart' }; Text = 'serviceAccounts' }
        @{ Platform = 'spiffe'; Parameters = @{ Spiffe = $true; TrustDomain = 'example.org'; SpiffePathPrefix = '/vm' }; Text = 'pathPrefixes' }
        @{ Platform = 'x509'; Parameters = @{ X509 = $true; DnsName = 'web.example' }; Text = 'dnsNames' }
        @{ Platform = 'joinToken'; Parameters = @{ JoinToken = $true; TokenNamePrefix = 'rack-7-' }; Text = 'namePrefixes' }
    ) {
        $yaml = New-WorkloadGroupPolicy web -Namespace shop -Selector @{ app = 'web' } @Parameters -AsYaml
        $yaml | Should -Match "(?m)^    - ${Platform}:"
        $yaml | Should -Match $Text
        $yaml | Test-OnboardingConfiguration -Quiet | Should -BeTrue
    }

    It 'needs no cluster where the groups are selected by labels' {
        $yaml = New-WorkloadGroupPolicy web -Selector @{ app = 'web' } -JoinToken -TokenName one -AsYaml -KubeConfig "$directory/none"
        $yaml | Should -Match 'namespace: default'
    }

    It 'writes every constraint' {
        $yaml = New-WorkloadGroupPolicy web -Selector @{ app = 'web' } -JoinToken -TokenName one -NotAfter 2030-01-02T03:04:05Z -MaxMembers 5 -AddressCidr 10.0.0.0/8, 192.168.0.0/16 -AsYaml
        $yaml | Should -Match 'notAfter: .?2030-01-02T03:04:05Z'
        $yaml | Should -Match 'maxMembers: 5'
        $yaml | Should -Match '192\.168\.0\.0/16'
    }

    It 'warns of a policy that admits every workload with a token of an issuer' {
        $null = New-WorkloadGroupPolicy web -Selector @{ app = 'web' } -Jwt -Issuer https://idp.example -AsYaml -WarningVariable warnings -WarningAction SilentlyContinue
        "$warnings" | Confirm-Golden 'a rule that is open to all of an issuer'
    }

    It 'asks for the groups in one way' {
        { New-WorkloadGroupPolicy web -JoinToken -TokenName one -AsYaml } | Should -Throw -ErrorId 'PolicyGroupsUnclear,Onboarding.Cmdlets.NewWorkloadGroupPolicyCommand'
        { New-WorkloadGroupPolicy web -JoinToken -TokenName one -AsYaml -WorkloadGroup ratings -Selector @{ a = 'b' } } |
            Should -Throw -ErrorId 'PolicyGroupsUnclear,Onboarding.Cmdlets.NewWorkloadGroupPolicyCommand'
    }

    It 'refuses an account that is none before it asks anybody' {
        { New-WorkloadGroupPolicy web -Aws -AccountId 12 -WorkloadGroup ratings } | Should -Throw -ErrorId 'ParameterArgumentValidationError*'
    }
}

Describe 'New-WorkloadGroupPolicy' {
    It 'calls nobody under -WhatIf, and names object and context' {
        $listener = Start-Listener
        try {
            $config = New-Kubeconfig "$directory/listened" -Server "https://127.0.0.1:$($listener.Port)"
            $said = Invoke-FreshPwsh "Import-Module '$(Get-BuiltManifest)'; New-WorkloadGroupPolicy web -WorkloadGroup ratings -JoinToken -TokenName one -KubeConfig '$config' -WhatIf"
            "$said" | Should -Match 'What if:.*shop/web \(context prod-eu\)'
            # And what it would admit, as far as no one needs to be asked.
            $said -join "`n" | Should -Match '(?m)^    - joinToken:\n        names:\n        - one\n    onboardTo:\n    - workloadGroupSelector:\n        matchLabels: "\(.* ratings\)"$'
            $listener.Calls | Should -Be 0
        } finally {
            $listener.Stop()
        }
    }

    It 'creates the policy for the labels the group has' {
        $policy = New-WorkloadGroupPolicy first @jwt
        $policy | Should -BeOfType Onboarding.Cmdlets.WorkloadGroupPolicy
        $policy.Namespace | Should -BeExactly 'bookinfo'
        $policy.Rules | Should -Be 1
        $policy.Selects | Should -Be 'ratings'
        $policy.Manifest | Should -Match 'app: ratings'
        & kubectl --kubeconfig $plane.KubeConfig -n bookinfo get onboardingpolicy first -o name | Should -Match 'first'
    }

    It 'does not replace one that is there' {
        New-WorkloadGroupPolicy first @jwt -ErrorVariable errors -ErrorAction SilentlyContinue
        $errors[0].FullyQualifiedErrorId | Should -BeExactly 'PolicyExists,Onboarding.Cmdlets.NewWorkloadGroupPolicyCommand'
        $errors[0].ErrorDetails.RecommendedAction | Should -Match 'Set-WorkloadGroupPolicy'
    }

    It 'says that there is no such group' {
        New-WorkloadGroupPolicy other -WorkloadGroup reviews -JoinToken -TokenName one -ErrorVariable errors -ErrorAction SilentlyContinue
        $errors[0].FullyQualifiedErrorId | Should -BeExactly 'WorkloadGroupNotFound,Onboarding.Cmdlets.NewWorkloadGroupPolicyCommand'
    }

    It 'says that a group without labels can not be selected' {
        Invoke-Apply $plane.KubeConfig @'
apiVersion: networking.istio.io/v1
kind: WorkloadGroup
metadata: {name: plain, namespace: bookinfo}
spec: {template: {serviceAccount: default}}
'@
        New-WorkloadGroupPolicy other -WorkloadGroup plain -JoinToken -TokenName one -ErrorVariable errors -ErrorAction SilentlyContinue
        $errors[0].FullyQualifiedErrorId | Should -BeExactly 'WorkloadGroupUnlabelled,Onboarding.Cmdlets.NewWorkloadGroupPolicyCommand'
        $errors[0].ErrorDetails.RecommendedAction | Should -Match 'kubectl -n bookinfo label workloadgroup plain'
    }

    It 'says what is wrong with a policy that can not be used' {
        New-WorkloadGroupPolicy other -WorkloadGroup ratings -X509 -ErrorVariable errors -ErrorAction SilentlyContinue
        $errors[0].FullyQualifiedErrorId | Should -BeExactly 'PolicyInvalid,Onboarding.Cmdlets.NewWorkloadGroupPolicyCommand'
        "$($errors[0])" | Should -Match 'issuers'
    }
}

Describe 'B5 Set-WorkloadGroupPolicy after New-WorkloadGroupPolicy' {
    It 'B5 replaces what New-WorkloadGroupPolicy made, without -Force, and what is left out is gone' {
        $null = New-WorkloadGroupPolicy turned -WorkloadGroup ratings -JoinToken -TokenName one -MaxMembers 3
        try {
            $replaced = New-WorkloadGroupPolicy turned -WorkloadGroup ratings -JoinToken -TokenName two -AsYaml | Set-WorkloadGroupPolicy -Confirm:$false -ErrorAction Stop
            $replaced.Manifest | Should -Match 'two'
            $replaced.Manifest | Should -Not -Match 'one'
            $replaced.Manifest | Should -Not -Match 'maxMembers'
        } finally {
            Remove-WorkloadGroupPolicy turned -Confirm:$false -Force
        }
    }

    It 'B5 still refuses what others own' {
        Invoke-Apply $plane.KubeConfig @'
apiVersion: authorization.onboarding.tetrate.io/v1alpha1
kind: OnboardingPolicy
metadata: {name: theirs, namespace: bookinfo}
spec: {allow: [{workloads: [{joinToken: {names: [one]}}], onboardTo: [{workloadGroupSelector: {matchLabels: {app: ratings}}}]}]}
'@
        try {
            New-WorkloadGroupPolicy theirs -WorkloadGroup ratings -JoinToken -TokenName two -AsYaml |
                Set-WorkloadGroupPolicy -Confirm:$false -ErrorVariable errors -ErrorAction SilentlyContinue
            $errors.Count | Should -BeGreaterThan 0
        } finally {
            Remove-WorkloadGroupPolicy theirs -Confirm:$false -Force
        }
    }

    It 'B17 says so where a piped text is no policy' {
        { 'kind: Nothing' | Set-WorkloadGroupPolicy -ErrorAction Stop } | Should -Throw
    }
}

Describe 'Get-WorkloadGroupPolicy' {
    BeforeAll {
        $null = New-WorkloadGroupPolicy second -WorkloadGroup ratings -JoinToken -TokenName one
        $null = New-WorkloadGroupPolicy elsewhere -Selector @{ app = 'reviews' } -JoinToken -TokenName one
    }

    It 'lists policies by name' {
        (Get-WorkloadGroupPolicy).Name | Should -Be 'elsewhere', 'first', 'second'
        (Get-WorkloadGroupPolicy 's*').Name | Should -Be 'second'
        ('first', 'second' | Get-WorkloadGroupPolicy).Count | Should -Be 2
    }

    It 'lists those that reach a group' {
        (Get-WorkloadGroupPolicy -WorkloadGroup ratings).Name | Should -Be 'first', 'second'
    }

    It 'reports a missing exact name, not a missing wildcard' {
        Get-WorkloadGroupPolicy nobody -ErrorVariable errors -ErrorAction SilentlyContinue
        $errors[0].FullyQualifiedErrorId | Should -BeExactly 'PolicyNotFound,Onboarding.Cmdlets.GetWorkloadGroupPolicyCommand'
        Get-WorkloadGroupPolicy 'nobody*' -ErrorAction Stop | Should -BeNullOrEmpty
    }

    It 'completes names' {
        (TabExpansion2 'Get-WorkloadGroupPolicy fi' 26).CompletionMatches.CompletionText | Should -Be 'first'
    }
}

Describe 'Test-WorkloadGroupPolicy' {
    BeforeAll {
        $laptop = @{ jwt = @{ issuer = 'https://demo.localhost'; subject = 'laptop'; attributes = @{ role = 'ratings' } } }
        $stranger = @{ jwt = @{ issuer = 'https://demo.localhost'; subject = 'stranger'; attributes = @{ role = 'reviews' } } }
    }

    It 'says who admits a workload' {
        $decision = Test-WorkloadGroupPolicy -Identity $laptop -WorkloadGroup ratings
        $decision | Should -BeOfType Onboarding.Cmdlets.PolicyDecision
        $decision.Admitted | Should -BeTrue
        $decision.Policy | Should -BeExactly 'first'
        $decision.Rule | Should -Be 1
        $decision.WorkloadGroup | Should -BeExactly 'ratings'
        "$($decision.Identity)" | Should -Match 'subject=laptop'
    }

    It 'says what a workload lacked, and still writes an object' {
        $decision = Test-WorkloadGroupPolicy -Identity $stranger -WorkloadGroup ratings
        $decision.Admitted | Should -BeFalse
        $decision.Policy | Should -BeNullOrEmpty
        $decision.NearestMiss | Should -Match 'first'
        $decision.NearestMiss | Should -Match 'reviews'
    }

    It 'writes true or false with -Quiet' {
        Test-WorkloadGroupPolicy -Identity $laptop -WorkloadGroup ratings -Quiet | Should -BeTrue
        Test-WorkloadGroupPolicy -Identity $stranger -WorkloadGroup ratings -Quiet | Should -BeFalse
    }

    It 'takes JSON, a JSON file and objects' {
        $json = $laptop | ConvertTo-Json -Depth 5
        Set-Content "$directory/identity.json" $json
        Test-WorkloadGroupPolicy -Identity $json -WorkloadGroup ratings -Quiet | Should -BeTrue
        Test-WorkloadGroupPolicy -Identity "$directory/identity.json" -WorkloadGroup ratings -Quiet | Should -BeTrue
        Test-WorkloadGroupPolicy -Identity ($json | ConvertFrom-Json) -WorkloadGroup ratings -Quiet | Should -BeTrue
    }

    It 'asks for members of the fleet' {
        $decisions = Get-MeshWorkload | Test-WorkloadGroupPolicy
        $decisions.Count | Should -Be 3
        ($decisions | Where-Object Admitted).Count | Should -Be 2
        "$(($decisions | Where-Object { -not $_.Admitted }).Identity)" | Should -Match '^aws'
    }

    It 'tries a policy that is not applied' {
        New-WorkloadGroupPolicy third -WorkloadGroup ratings -Aws -AccountId 123456789012 -AsYaml | Set-Content "$directory/third.yaml"
        (Get-MeshWorkload | Test-WorkloadGroupPolicy -Path "$directory/third.yaml" | Where-Object Admitted).Count | Should -Be 3
        (Get-WorkloadGroupPolicy).Name | Should -Not -Contain 'third'
    }

    It 'asks no cluster where the file has the group, too' {
        @"
$(New-WorkloadGroupPolicy only -Namespace shop -Selector @{ app = 'web' } -Jwt -Issuer https://demo.localhost -Attribute @{ role = 'ratings' } -AsYaml)
---
apiVersion: networking.istio.io/v1
kind: WorkloadGroup
metadata: {name: web, namespace: shop, labels: {app: web}}
spec: {template: {serviceAccount: web}}
"@ | Set-Content "$directory/only.yaml"
        $decision = Test-WorkloadGroupPolicy -Identity $laptop -WorkloadGroup web -Path "$directory/only.yaml" -KubeConfig "$directory/none"
        $decision.Admitted | Should -BeTrue
        $decision.Namespace | Should -BeExactly 'shop'
    }

    It 'asks of a file with several namespaces only what is in the one it is asked about' {
        $document = { param($kind, $api, $name, $ns, $spec) @{ apiVersion = $api; kind = $kind; metadata = @{ name = $name; namespace = $ns }; spec = $spec } | ConvertTo-Json -Depth 9 }
        $rule = @{ workloads = @(@{ jwt = @{ issuer = 'https://demo.localhost'; attributes = @(@{ name = 'role'; values = @('ratings') }) } }); onboardTo = @(@{ workloadGroupSelector = @{} }) }
        @(
            foreach ($ns in 'a', 'b') { & $document WorkloadGroup networking.istio.io/v1 web $ns @{ template = @{} } }
            & $document OnboardingPolicy authorization.onboarding.tetrate.io/v1alpha1 same a @{ deny = @($rule) }
            & $document OnboardingPolicy authorization.onboarding.tetrate.io/v1alpha1 same b @{ allow = @($rule) }
        ) -join "`n---`n" | Set-Content "$directory/namespaces.yaml"
        $asked = @{ Identity = $laptop; WorkloadGroup = 'web'; Path = "$directory/namespaces.yaml"; KubeConfig = "$directory/none" }
        Test-WorkloadGroupPolicy @asked -Namespace b -Quiet | Should -BeTrue
        Test-WorkloadGroupPolicy @asked -Namespace a -Quiet | Should -BeFalse
        { Test-WorkloadGroupPolicy @asked -ErrorAction Stop } | Should -Throw -ErrorId 'ConfigurationInvalid,*' -ExpectedMessage '*several namespaces*a, b*'
    }

    It 'judges hosts that share a subject by the subject, as the plane does, and guards the policy that admits them' {
        $zeros = 'A' * 43
        @{
            apiVersion = 'runtime.onboarding.tetrate.io/v1alpha1'; kind = 'WorkloadAutoRegistration'
            metadata   = @{
                name = 'ratings-jwt-demo--ci-h-0000000000000000'; namespace = 'bookinfo'; annotations = @{ 'onboarding.tetrate.io/jkt' = $zeros }
                ownerReferences = @(@{
                        apiVersion = 'networking.istio.io/v1'; kind = 'WorkloadGroup'; name = 'ratings'
                        uid        = & kubectl --kubeconfig $plane.KubeConfig -n bookinfo get workloadgroup ratings -o jsonpath='{.metadata.uid}'
                    })
            }
            spec       = @{
                identity     = @{ jwt = @{ issuer = 'https://demo.localhost'; subject = 'ci-h-0000000000000000' } }
                registration = @{ agent = @{ version = 'v0.1.0' }; sidecar = @{ istio = @{ version = '1.26.0' } }; host = @{ addresses = @(@{ ip = '10.0.0.9'; type = 'VPC' }) } }
            }
        } | ConvertTo-Json -Depth 9 | & kubectl --kubeconfig $plane.KubeConfig apply -f - | Out-Null
        try {
            $null = New-WorkloadGroupPolicy ci -WorkloadGroup ratings -Jwt -Issuer https://demo.localhost -Subject ci
            (Get-MeshWorkload *ci-h-* | Test-WorkloadGroupPolicy).Policy | Should -BeExactly 'ci'
            { Remove-WorkloadGroupPolicy ci -Confirm:$false -ErrorAction Stop } | Should -Throw -ErrorId 'PolicyInUse,*' -ExpectedMessage '*ci-h-0000000000000000*'
        } finally {
            & kubectl --kubeconfig $plane.KubeConfig -n bookinfo delete war ratings-jwt-demo--ci-h-0000000000000000 | Out-Null
            Remove-WorkloadGroupPolicy ci -Confirm:$false -Force
        }
    }

    It 'says IdentityInvalid for what is no identity' {
        { Test-WorkloadGroupPolicy -Identity @{ jwt = @{ issuer = 'https://demo.localhost' } } -WorkloadGroup ratings -ErrorAction Stop } |
            Should -Throw -ErrorId 'IdentityInvalid,Onboarding.Cmdlets.TestWorkloadGroupPolicyCommand'
        { Test-WorkloadGroupPolicy -Identity '{not json' -WorkloadGroup ratings -ErrorAction Stop } |
            Should -Throw -ErrorId 'IdentityInvalid,Onboarding.Cmdlets.TestWorkloadGroupPolicyCommand'
    }
}

Describe 'Set-WorkloadGroupPolicy' {
    BeforeAll {
        $wide = New-WorkloadGroupPolicy applied -Namespace bookinfo -Selector @{ app = 'ratings' } -Aws -AccountId 123456789012 -AsYaml -WarningAction SilentlyContinue
        Set-Content "$directory/applied.yaml" $wide
        Set-Content "$directory/narrow.yaml" (New-WorkloadGroupPolicy applied -Namespace bookinfo -Selector @{ app = 'ratings' } -Aws -AccountId 999999999999 -AsYaml)
    }

    It 'calls nobody under -WhatIf' {
        $listener = Start-Listener
        try {
            $config = New-Kubeconfig "$directory/listened-set" -Server "https://127.0.0.1:$($listener.Port)"
            Set-WorkloadGroupPolicy "$directory/applied.yaml" -KubeConfig $config -WhatIf
            $listener.Calls | Should -Be 0
        } finally {
            $listener.Stop()
        }
    }

    It 'creates the policy, and does so again' {
        (Set-WorkloadGroupPolicy "$directory/applied.yaml").Selects | Should -Be 'ratings'
        (Get-ChildItem "$directory/applied.yaml" | Set-WorkloadGroupPolicy).Name | Should -BeExactly 'applied'
        (Get-MeshWorkload *aws* | Test-WorkloadGroupPolicy).Policy | Should -BeExactly 'applied'
    }

    It 'asks where a member would lose admission, and not when told beforehand' {
        $said = Invoke-FreshPwsh "Import-Module '$(Get-BuiltManifest)'; try { Set-WorkloadGroupPolicy '$directory/narrow.yaml' -KubeConfig '$($plane.KubeConfig)' } catch { `"asked: `$_`" }"
        "$said" | Should -Match 'asked:'
        (Get-MeshWorkload *aws* | Test-WorkloadGroupPolicy).Admitted | Should -BeTrue
        Set-WorkloadGroupPolicy "$directory/narrow.yaml" -Confirm:$false | Out-Null
        (Get-MeshWorkload *aws* | Test-WorkloadGroupPolicy).Admitted | Should -BeFalse
    }

    It 'takes what Get-WorkloadGroupPolicy wrote' {
        $copy = Get-WorkloadGroupPolicy applied | Set-WorkloadGroupPolicy -Namespace default -Force
        $copy.Namespace | Should -BeExactly 'default'
        (Get-WorkloadGroupPolicy applied -Namespace default).Rules | Should -Be 1
    }

    It 'does not take over fields of another manager without -Force' {
        Set-WorkloadGroupPolicy "$directory/applied.yaml" -FieldManager somebody -Force | Out-Null
        Set-WorkloadGroupPolicy "$directory/narrow.yaml" -Confirm:$false -ErrorVariable errors -ErrorAction SilentlyContinue
        $errors[0].FullyQualifiedErrorId | Should -BeExactly 'ClusterConflict,Onboarding.Cmdlets.SetWorkloadGroupPolicyCommand'
    }

    It 'says PolicyMissing and ConfigurationInvalid for files that hold none or are none' {
        Set-Content "$directory/other.yaml" "apiVersion: v1`nkind: Namespace`nmetadata: {name: x}"
        Set-WorkloadGroupPolicy "$directory/other.yaml" -ErrorVariable errors -ErrorAction SilentlyContinue
        $errors[0].FullyQualifiedErrorId | Should -BeExactly 'PolicyMissing,Onboarding.Cmdlets.SetWorkloadGroupPolicyCommand'
        Set-Content "$directory/broken.yaml" 'a: [b'
        Set-WorkloadGroupPolicy "$directory/broken.yaml" -ErrorVariable errors -ErrorAction SilentlyContinue
        $errors[0].FullyQualifiedErrorId | Should -BeExactly 'ConfigurationInvalid,Onboarding.Cmdlets.SetWorkloadGroupPolicyCommand'
        Set-WorkloadGroupPolicy "$directory/nowhere.yaml" -ErrorVariable errors -ErrorAction SilentlyContinue
        $errors[0].FullyQualifiedErrorId | Should -BeExactly 'FileNotFound,Onboarding.Cmdlets.SetWorkloadGroupPolicyCommand'
    }
}

Describe 'Remove-WorkloadGroupPolicy' {
    It 'removes nothing under -WhatIf' {
        Get-WorkloadGroupPolicy | Remove-WorkloadGroupPolicy -WhatIf
        (Get-WorkloadGroupPolicy).Count | Should -BeGreaterThan 2
    }

    It 'keeps a policy that members are admitted by, unless forced' {
        Remove-WorkloadGroupPolicy first -Confirm:$false -ErrorVariable errors -ErrorAction SilentlyContinue
        $errors[0].FullyQualifiedErrorId | Should -BeExactly 'PolicyInUse,Onboarding.Cmdlets.RemoveWorkloadGroupPolicyCommand'
        "$($errors[0])" | Should -Match 'ratings-jwt-demo--vm-1'
        (Get-WorkloadGroupPolicy first).Name | Should -BeExactly 'first'
        Remove-WorkloadGroupPolicy first -Confirm:$false -Force
        Get-WorkloadGroupPolicy first -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
    }

    It 'removes what comes down the pipeline, and reports what is not there' {
        'second', 'elsewhere' | Get-WorkloadGroupPolicy | Remove-WorkloadGroupPolicy -Confirm:$false
        'nobody' | Remove-WorkloadGroupPolicy -Confirm:$false -ErrorVariable errors -ErrorAction SilentlyContinue
        $errors[0].FullyQualifiedErrorId | Should -BeExactly 'PolicyNotFound,Onboarding.Cmdlets.RemoveWorkloadGroupPolicyCommand'
        Get-WorkloadGroupPolicy 'second*' | Should -BeNullOrEmpty
    }
}
