# What operators do all day without kubectl: tokens, keys, groups, the plane, its audit log and what becomes of policies. One plane for all,
# on which a machine was refused, one joined by a token of its issuer, and one by a join token.
BeforeAll {
    Import-Module $PSScriptRoot/../Support/Onboarding.Testing.psm1
    Import-Module $PSScriptRoot/../Support/Onboarding.Machine.psm1
    Import-BuiltModule
    $WarningPreference = 'SilentlyContinue'
    $directory = New-TestDirectory
    $plane = Start-TestPlane $directory
    $audit = "$($plane.DataDirectory)/audit.jsonl"

    $stranger = New-TestMachine $plane "$directory/stranger" stranger
    $stranger | Register-MeshWorkload -ErrorAction SilentlyContinue
    New-TestPolicy
    $member = New-TestMachine $plane "$directory/member" member | Register-MeshWorkload

    $null = & kubectl --kubeconfig $plane.KubeConfig -n istio-system patch onboardingplane onboarding-plane --type merge -p '{"spec":{"workloads":{"authentication":{"joinToken":{}}}}}'
    $null = New-WorkloadGroupPolicy racks -WorkloadGroup ratings -JoinToken -TokenNamePrefix rack-
    $made = New-OnboardingJoinToken ratings rack-1 -TokenPath "$directory/token"
    Set-Content "$directory/agent.yaml" "apiVersion: config.agent.onboarding.tetrate.io/v1alpha1`nkind: AgentConfiguration`nsidecar: {command: {path: /bin/false}}"
    $rack = @{
        Endpoint = $plane.Endpoint; CertificateAuthorityPath = $plane.CertificateAuthorityPath; Namespace = 'bookinfo'; WorkloadGroup = 'ratings'
        AgentConfigurationPath = "$directory/agent.yaml"; StateDirectory = "$directory/rack"
    }
    # The policy about tokens and the plane's trust in them come into force within moments.
    Wait-Until { $script:joined = $made | Register-MeshWorkload @rack -ErrorAction SilentlyContinue; $script:joined }
}

AfterAll {
    Clear-Session
    Stop-OnboardingPlane
    Remove-TestDirectory $directory
}

Describe 'Join tokens' {
    It 'leave as a file that only its owner reads, and let one machine in' {
        $made.TokenPath | Should -BeExactly "$directory/token"
        $made.Token | Should -BeNullOrEmpty
        (Get-Item $made.TokenPath).UnixMode | Should -BeExactly '-rw-------'
        Get-Content $made.TokenPath | Should -Match '^ojt1\.bookinfo\.rack-1\.\S{43}$'
        $joined.Name | Should -BeExactly 'ratings-join-token-rack-1'
        (Get-OnboardingJoinToken rack-1).Status | Should -BeExactly 'Used'
    }

    It 'leave as a SecureString that no export has' {
        $token = New-OnboardingJoinToken ratings rack-2 -ExpiresIn 00:30:00
        $token.Token | Should -BeOfType securestring
        $secret = [System.Net.NetworkCredential]::new('', $token.Token).Password
        $secret | Should -Match '^ojt1\.bookinfo\.rack-2\.'
        "$($token | ConvertTo-Csv) $($token | ConvertTo-Json) $($token | Format-List | Out-String)" | Should -Not -Match 'ojt1|SecureString'
        $listed = Get-OnboardingJoinToken -WorkloadGroup ratings | Where-Object Name -EQ rack-2
        $listed.Status | Should -BeExactly 'Unused'
        $listed.Token | Should -BeNullOrEmpty
    }

    It 'are made for each group of a pipe, named after it' {
        $each = Get-MeshWorkloadGroup ratings | New-OnboardingJoinToken
        $each.Name | Should -Match '^ratings-[0-9a-f]{8}$'
        $each | Remove-OnboardingJoinToken -Confirm:$false
        Get-OnboardingJoinToken $each.Name -ErrorVariable errors -ErrorAction SilentlyContinue
        $errors[0].FullyQualifiedErrorId | Should -BeExactly 'JoinTokenNotFound,Onboarding.Cmdlets.GetOnboardingJoinTokenCommand'
    }

    It 'are refused with <Id>: <Code>' -ForEach @(
        @{ Code = 'New-OnboardingJoinToken ratings x -ExpiresIn 8.00:00:00'; Id = 'JoinTokenInvalid' }
        @{ Code = "New-OnboardingJoinToken ratings 'not a name'"; Id = 'JoinTokenInvalid' }
        @{ Code = 'New-OnboardingJoinToken ratings rack-1'; Id = 'JoinTokenExists' }
        @{ Code = 'New-OnboardingJoinToken nothing'; Id = 'WorkloadGroupNotFound' }
        @{ Code = 'New-OnboardingJoinToken ratings rack-9 -TokenPath $directory/token'; Id = 'FileExists' }
        @{ Code = 'Remove-OnboardingJoinToken nothing -Confirm:$false'; Id = 'JoinTokenNotFound' }
    ) {
        $null = . ([scriptblock]::Create("$Code -ErrorVariable errors -ErrorAction SilentlyContinue"))
        $errors[0].FullyQualifiedErrorId | Should -Match "^$Id,"
        $errors[0].ErrorDetails.RecommendedAction | Should -Not -BeNullOrEmpty
        (Get-OnboardingJoinToken).Name | Should -Not -Contain 'rack-9'
    }
}

Describe 'Keys' {
    It 'are shown with workload, identity and thumbprint' {
        $key = Get-MeshWorkloadKey $member.Name
        $key.Identity.Facts.subject | Should -BeExactly 'member'
        $key.BoundIdentity | Should -BeExactly 'jwt https://demo.localhost member'
        $key.Thumbprint | Should -Match '^[\w-]{43}$'
        $key.WorkloadGroup | Should -BeExactly 'ratings'
        (Get-OnboardingAudit -Action register | Where-Object Name -EQ $member.Name)[0].Thumbprint | Should -BeExactly $key.Thumbprint
        (Get-MeshWorkload $member.Name | Get-MeshWorkloadKey).Thumbprint | Should -BeExactly $key.Thumbprint
    }

    It 'are reset, and what was bound since is not' {
        $key = Get-MeshWorkloadKey $joined.Name
        $key | Reset-MeshWorkloadKey -Confirm:$false
        $key | Reset-MeshWorkloadKey -Confirm:$false -ErrorVariable errors -ErrorAction SilentlyContinue
        $errors[0].FullyQualifiedErrorId | Should -BeExactly 'WorkloadKeyNotFound,Onboarding.Cmdlets.ResetMeshWorkloadKeyCommand'
        Reset-MeshWorkloadKey nobody -Confirm:$false -ErrorVariable errors -ErrorAction SilentlyContinue
        $errors[0].FullyQualifiedErrorId | Should -BeExactly 'WorkloadKeyNotFound,Onboarding.Cmdlets.ResetMeshWorkloadKeyCommand'
    }
}

Describe 'Groups' {
    It 'are made, listed and found by policies' {
        $group = New-MeshWorkloadGroup details bookinfo-details -Label @{ app = 'details'; tier = 'vm' } -Port @{ http = 9080 }
        $group.Labels.tier | Should -BeExactly 'vm'
        $listed = Get-MeshWorkloadGroup
        $listed.Name | Should -Be 'details', 'ratings'
        $listed[0].Policies | Should -BeNullOrEmpty
        $listed[1].Policies | Should -Be 'racks', 'ratings'
        $listed[1].Members | Should -Be 2
        & kubectl --kubeconfig $plane.KubeConfig -n bookinfo get workloadgroup details -o jsonpath='{.spec.template.ports.http} {.spec.template.serviceAccount}' | Should -BeExactly '9080 bookinfo-details'
    }

    It 'are written as YAML that the checker takes' {
        New-MeshWorkloadGroup cart cart-account -AsYaml -Namespace shop | Test-OnboardingConfiguration -Quiet | Should -BeTrue
    }

    It 'are refused with <Id>: <Code>' -ForEach @(
        @{ Code = 'New-MeshWorkloadGroup ratings other'; Id = 'WorkloadGroupExists' }
        @{ Code = "New-MeshWorkloadGroup cart 'no account'"; Id = 'WorkloadGroupInvalid' }
        @{ Code = 'New-MeshWorkloadGroup cart cart -Port @{ http = 70000 }'; Id = 'WorkloadGroupInvalid' }
        @{ Code = 'Get-MeshWorkloadGroup nothing'; Id = 'WorkloadGroupNotFound' }
    ) {
        $null = . ([scriptblock]::Create("$Code -ErrorVariable errors -ErrorAction SilentlyContinue"))
        $errors[0].FullyQualifiedErrorId | Should -Match "^$Id,"
    }
}

Describe 'Policies that keep out' {
    It 'win over what others allow, in one group or in all' {
        $identity = @{ jwt = @{ issuer = 'https://demo.localhost'; subject = 'thief'; attributes = @{ role = 'ratings' } } }
        Test-WorkloadGroupPolicy $identity -WorkloadGroup ratings -Quiet | Should -BeTrue
        $policy = New-WorkloadGroupPolicy thieves -Deny -Jwt -Issuer https://demo.localhost -Subject thief
        $policy.DenyRules | Should -Be 1
        $policy.Rules | Should -Be 0
        (Test-WorkloadGroupPolicy $identity -WorkloadGroup ratings).Outcome | Should -BeExactly 'Denied'
        Remove-WorkloadGroupPolicy thieves -Confirm:$false
    }

    It 'and those that allow labels are written as such' {
        New-WorkloadGroupPolicy x -Deny -Selector @{ app = 'cart' } -JoinToken -TokenName one -AsYaml | Should -Match '(?s)deny:.*onboardTo:.*app: cart'
        $yaml = New-WorkloadGroupPolicy x -Selector @{ app = 'cart' } -JoinToken -TokenName one -AllowedLabel @{ version = 'v1', 'v2'; zone = @() } -AsYaml
        $yaml | Should -Match '(?s)labels:\s+- key: version\s+values:\s+- v1\s+- v2\s+- key: zone'
    }

    It 'count no members' {
        { New-WorkloadGroupPolicy x -Deny -JoinToken -TokenName one -MaxMembers 3 -AsYaml } | Should -Throw -ErrorId 'PolicyInvalid,Onboarding.Cmdlets.NewWorkloadGroupPolicyCommand'
    }
}

Describe 'The plane' {
    It 'is shown with what it accepts' {
        $shown = Get-OnboardingPlane
        $shown.Name | Should -BeExactly 'onboarding-plane'
        $shown.Issuers | Should -Contain 'https://demo.localhost'
        $shown.Platforms | Should -Be 'joinToken', 'jwt'
        $shown.Manifest | Test-OnboardingConfiguration -Quiet | Should -BeTrue
    }

    It 'trusts an issuer, another way, and no more, and keeps the others' {
        $null = Set-OnboardingPlane -AddJwtIssuer https://idp.example -ShortName corp -JwksUri https://idp.example/keys
        (Set-OnboardingPlane -AddJwtIssuer https://idp.example -ShortName corp -JwksUri https://idp.example/other -SubjectIs Shared).Issuers |
            Should -Be 'https://demo.localhost', 'https://idp.example'
        & kubectl --kubeconfig $plane.KubeConfig -n istio-system get onboardingplane onboarding-plane -o jsonpath='{.spec.workloads.authentication.jwt.issuers[1].subjectIs}' | Should -BeExactly 'Shared'
        (Set-OnboardingPlane -RemoveJwtIssuer https://idp.example).Issuers | Should -Be 'https://demo.localhost'
    }

    It 'is applied from a file' {
        $manifest = (Get-OnboardingPlane).Manifest
        $manifest | Should -Match 'gracePeriod|spec'
        Set-Content "$directory/plane.yaml" $manifest
        (Set-OnboardingPlane "$directory/plane.yaml" -Force).Issuers | Should -Be 'https://demo.localhost'
    }

    It 'is refused with <Id>: <Code>' -ForEach @(
        @{ Code = 'Set-OnboardingPlane -RemoveJwtIssuer https://nobody.example'; Id = 'IssuerNotFound' }
        @{ Code = 'Set-OnboardingPlane -AddJwtIssuer not-a-url -ShortName x'; Id = 'PlaneConfigurationInvalid' }
        @{ Code = 'Set-OnboardingPlane $directory/agent.yaml'; Id = 'PlaneConfigurationInvalid' }
        @{ Code = 'Get-OnboardingPlane -Namespace bookinfo'; Id = 'PlaneConfigurationNotFound' }
    ) {
        $null = . ([scriptblock]::Create("$Code -ErrorVariable errors -ErrorAction SilentlyContinue"))
        $errors[0].FullyQualifiedErrorId | Should -Match "^$Id,"
    }
}

Describe 'The audit log' {
    It 'is read as objects: who joined, and who was refused' {
        $refused = Get-OnboardingAudit -Refused | Where-Object { "$($_.Identity)" -match 'subject=stranger' } | Select-Object -First 1
        $refused.Action | Should -BeExactly 'authorize'
        $refused.Reason | Should -BeExactly 'PolicyDenied'
        $refused.WorkloadGroup | Should -BeExactly 'ratings'
        (Get-OnboardingAudit -CorrelationId $refused.CorrelationId).Time | Should -Be $refused.Time
        (Get-OnboardingAudit -Action register).Name | Should -Contain $member.Name
        Get-OnboardingAudit -Since 2099-01-01 | Should -BeNullOrEmpty
        (Get-OnboardingAudit $audit).Count | Should -Be (Get-Content $audit).Count
    }

    It 'is read from kubectl logs, whose other lines are left out' {
        $lines = Get-Content $audit -TotalCount 2
        $log = "12:00:00.000 info: Onboarding.Audit[4500] $($lines[0])", '12:00:00.001 info: Onboarding.Endpoint[4001] Refused {x}', "12:00:00.002 info: Onboarding.Audit[4500] $($lines[1])"
        ($log | Get-OnboardingAudit -ErrorAction Stop).Count | Should -Be 2
    }

    It 'states what is missing, and gives what is there: <What>' -ForEach @(
        @{ What = 'a line that was cut'; Change = { $lines = Get-Content $audit -TotalCount 3; $lines[1] = $lines[1].Substring(0, 40); Set-Content $file $lines }; Says = 'line 2: 1 line'; Left = 2 }
        @{ What = 'a file among those put aside'; Change = { Get-Content $audit -TotalCount 1 | Set-Content $file; Copy-Item $file "$file.2" }; Says = '\.1 isn''t there'; Left = 2 }
        @{ What = 'refusals of a flood'; Change = { $one = Get-Content $audit -TotalCount 1 | ConvertFrom-Json -AsHashtable; $one.repeated = 7; $one.time = '2026-01-01T00:00:00Z'; $one | ConvertTo-Json -Compress -Depth 9 | Set-Content $file }; Says = '7 more refusals'; Left = 1 }
    ) {
        $file = "$directory/$([guid]::NewGuid()).jsonl"
        . $Change
        $records = Get-OnboardingAudit $file -ErrorVariable errors -ErrorAction SilentlyContinue
        @($records).Count | Should -Be $Left
        $errors[0].FullyQualifiedErrorId | Should -BeExactly 'AuditGap,Onboarding.Cmdlets.GetOnboardingAuditCommand'
        "$($errors[0])" | Should -Match $Says
    }

    It 'has to be named where none is this process''s' {
        $said = Invoke-FreshPwsh "Import-Module '$(Get-BuiltManifest)'; try { Get-OnboardingAudit -ErrorAction Stop } catch { `$_.FullyQualifiedErrorId }"
        "$said" | Should -Be 'AuditLogNotFound,Onboarding.Cmdlets.GetOnboardingAuditCommand'
    }
}

Describe 'A policy judged against history' {
    It 'is judged as it was recorded, by the policies in force, for whom nothing changed' {
        $changes = Test-WorkloadGroupPolicy -Since 1h
        ($changes | Where-Object WasAdmitted) | Should -BeNullOrEmpty
        # Refused before the policy was there, and admitted since.
        $changes.Identity.Facts.subject | Should -Be 'stranger'
    }

    It 'says whom a change would refuse, and why, in words and in what CI reads' {
        New-WorkloadGroupPolicy ratings -WorkloadGroup ratings -Jwt -Issuer https://demo.localhost -Subject someone-else -AsYaml | Set-Content "$directory/new.yaml"
        $changes = Test-WorkloadGroupPolicy -Path "$directory/new.yaml" -Since 1h -WarningVariable warned
        $changes | Should -HaveCount 1
        $changes.WasAdmitted | Should -BeTrue
        $changes.Admitted | Should -BeFalse
        $changes.Identity.Facts.subject | Should -BeExactly 'member'
        $changes.NearestMiss | Should -Match 'subject'
        "$warned" | Should -Match '^1 of \d+ '
        Test-WorkloadGroupPolicy -Path "$directory/new.yaml" -Since 1h -Quiet | Should -BeFalse
        ([xml](Test-WorkloadGroupPolicy -Path "$directory/new.yaml" -Since 1h -As JUnit)).testsuites.testsuite.failures | Should -Be 1
        $sarif = Test-WorkloadGroupPolicy -Path "$directory/new.yaml" -Since 1h -As Sarif | ConvertFrom-Json
        $sarif.version | Should -BeExactly '2.1.0'
        $sarif.runs[0].results[0].ruleId | Should -BeExactly 'machine-would-be-refused'
        Test-WorkloadGroupPolicy -Path "$directory/new.yaml" -Since 1h -As GitHub | Select-Object -First 1 | Should -Match '^::error file=.*new\.yaml,line=1,title=.*::jwt  issuer='
    }
}

Describe 'An auditor''s report' {
    It 'says who may join, who did, and who was refused' {
        $rows = Get-OnboardingReport $audit
        ($rows | Where-Object Section -EQ MayJoin).Policy | Should -Contain 'ratings'
        ($rows | Where-Object Section -EQ Joined).Who -match 'subject=member' | Should -Not -BeNullOrEmpty
        ($rows | Where-Object { $_.Section -eq 'Refused' -and $_.Who -match 'subject=stranger' }).Detail | Should -Match '^PolicyDenied'
        (Get-OnboardingReport | Where-Object Section -EQ Refused).Who | Should -Match 'subject=stranger'
    }

    It 'is no formula and no script, whatever a machine calls itself' {
        $one = Get-Content $audit | Where-Object { $_ -match '"outcome":"deny"' } | Select-Object -First 1 | ConvertFrom-Json -AsHashtable
        $one.Remove('identity')
        $one.time = '2026-01-01T00:00:00Z'
        $one.source = '=HYPERLINK("http://evil.example")<script>alert(1)</script>'
        $one | ConvertTo-Json -Compress -Depth 9 | Set-Content "$directory/hostile.jsonl"
        $csv = Get-OnboardingReport "$directory/hostile.jsonl" -As Csv
        ($csv | ConvertFrom-Csv | Where-Object Section -EQ Refused).Who | Should -BeExactly "'=HYPERLINK(`"http://evil.example`")<script>alert(1)</script>"
        $html = Get-OnboardingReport "$directory/hostile.jsonl" -As Html
        $html | Should -Not -Match '<script'
        $html | Should -Match '&lt;script&gt;'
        $html | Should -Match "default-src 'none'"
    }
}

Describe 'A support bundle' {
    It 'has what is there, and no hash, token or credential' {
        $bundle = New-OnboardingSupportBundle "$directory/bundle.zip" -AuditPath $audit
        (Get-Item $bundle).UnixMode | Should -BeExactly '-rw-------'
        Expand-Archive $bundle "$directory/bundle"
        (Get-ChildItem "$directory/bundle").Name | Should -Contain 'policies.json'
        (Get-Content "$directory/bundle/registrations.json" -Raw | ConvertFrom-Json).metadata.name | Should -Contain $member.Name
        $all = Get-ChildItem "$directory/bundle" | Get-Content -Raw
        "$all" | Should -Not -CMatch 'ojt1|tokenSha256|PRIVATE KEY|"token":'
        { New-OnboardingSupportBundle "$directory/bundle.zip" -ErrorAction Stop } | Should -Throw -ErrorId 'FileExists,Onboarding.Cmdlets.NewOnboardingSupportBundleCommand'
    }
}

Describe 'Waiting' {
    It 'gives what is there, as it gets there' {
        (Wait-MeshWorkload $member.Name -For Connected).Name | Should -BeExactly $member.Name
        (Get-MeshWorkload | Wait-MeshWorkload).Count | Should -Be 2
        Wait-MeshWorkload nobody -For Gone | Should -BeNullOrEmpty
    }

    It 'says of what does not get there in time how it is' {
        Wait-MeshWorkload $member.Name, nobody -For Healthy -WaitSec 1 -ErrorVariable errors -ErrorAction SilentlyContinue
        $errors.FullyQualifiedErrorId | Should -Be (@('TimedOut,Onboarding.Cmdlets.WaitMeshWorkloadCommand') * 2)
        "$($errors[0])" | Should -Match 'it is Connected'
        "$($errors[1])" | Should -Match "it isn't registered"
    }
}

Describe 'Events' {
    It 'are shown as objects, and found by their id' {
        $event = Get-MeshOnboardingEvent -WorkloadGroup ratings | Where-Object Reason -EQ PolicyDenied | Select-Object -Last 1
        $event.Identity.Facts.subject | Should -BeExactly 'stranger'
        (Get-MeshOnboardingEvent -CorrelationId $event.CorrelationId).Instance | Should -BeExactly $event.Instance
        Get-MeshOnboardingEvent -Namespace default | Should -BeNullOrEmpty
    }

    It 'are followed until there are enough' {
        (Get-MeshOnboardingEvent -Follow | Select-Object -First 1).Namespace | Should -BeExactly 'bookinfo'
    }
}

Describe 'Nothing' {
    It 'is a hint where the namespace is not there, and no error: <_>' -ForEach 'Get-MeshWorkload', 'Get-WorkloadGroupPolicy', 'Get-MeshWorkloadGroup', 'Get-OnboardingStatus -All', 'Get-OnboardingJoinToken', 'Get-MeshWorkloadKey' {
        . ([scriptblock]::Create("$_ -Namespace bokinfo -ErrorAction Stop -WarningVariable warned"))
        "$warned" | Should -Match "'bokinfo'.*kubectl"
        $silent = . ([scriptblock]::Create("$_ -Namespace default -Verbose -WarningVariable warned")) 4>&1
        $warned | Should -BeNullOrEmpty
        "$silent" | Should -Match ' default \(context plane\)'
    }
}

Describe '-Debug' {
    It 'shows each request with method, path, status and duration, and no secret' {
        $shown = Get-MeshWorkload -Debug -Verbose:$false 5>&1 | Where-Object { $_ -is [System.Management.Automation.DebugRecord] } | ForEach-Object { "$_" }
        $shown -match '^GET /apis/runtime\.onboarding\.tetrate\.io/v1alpha1/namespaces/bookinfo/workloadautoregistrations: 200 \w+ \d+ ms$' | Should -HaveCount 1
        "$shown" | Should -Not -Match 'Bearer|eyJ'
        $refused = Get-MeshWorkload -Namespace 'no such' -Debug -Verbose:$false -WarningAction SilentlyContinue -ErrorAction SilentlyContinue 5>&1 | ForEach-Object { "$_" }
        "$refused" | Should -Match 'GET /apis'
    }
}
