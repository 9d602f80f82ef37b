BeforeAll {
    Import-Module $PSScriptRoot/../Support/Onboarding.Golden.psm1
    Import-Module $PSScriptRoot/../Support/Onboarding.Testing.psm1
    Import-Module $PSScriptRoot/../Support/Onboarding.Machine.psm1
    Import-BuiltModule
    $directory = New-TestDirectory
    $plane = Start-TestPlane $directory
    New-TestPolicy
    $WarningPreference = 'SilentlyContinue'
    $laptop = New-TestMachine $plane "$directory/laptop" 'laptop'
    $null = $laptop | Register-MeshWorkload -StartSidecar
}

AfterAll {
    Clear-Session
    Stop-OnboardingPlane
    Remove-TestDirectory $directory
}

Describe 'Get-OnboardingStatus of this machine' {
    It 'says where it is and how long each step took' {
        $status = Get-OnboardingStatus
        @($status) | Should -HaveCount 1
        $status | Should -BeOfType Onboarding.Cmdlets.OnboardingStatus
        $status.Namespace | Should -BeExactly 'bookinfo'
        $status.WorkloadGroup | Should -BeExactly 'ratings'
        $status.Name | Should -BeExactly 'ratings-jwt-demo--laptop'
        $status.Instance | Should -BeExactly 'jwt-demo--laptop'
        $status.Phase | Should -BeExactly 'Healthy'
        $status.For | Should -BeOfType TimeSpan
        # B16: objects, whose text is what people read.
        $status.Timeline.Name | Should -Be 'Authenticated', 'Authorized', 'Registered', 'Connected', 'Booted', 'Healthy'
        $status.Timeline[0].Took | Should -BeOfType TimeSpan
        "$($status.Timeline[0])" | Should -Match '^Authenticated \d+ m?s$'
        $status.Token.IsRenewed | Should -BeTrue
        $status.Token.ExpiresAt | Should -Be $status.TokenExpiresAt
        "$($status.Token)" | Should -Match '^expires in 5\d '
        $status.Session | Should -BeExactly 'Process'
        $status.ProcessId | Should -Be $PID
        $status.Events[0].Name | Should -BeExactly 'SidecarReady'
        $status.Events[0].Time | Should -BeOfType DateTimeOffset
        "$($status.Events[0])" | Should -Match '^\d+ m?s ago  SidecarReady  '
        $status.Reason | Should -BeNullOrEmpty
    }

    It 'lists what is known and leaves out what isn''t' {
        $list = Get-OnboardingStatus | Format-List | Format-AtWidth 140
        $list | Should -Match '(?m)^WorkloadGroup\s+: ratings$'
        $list | Should -Match '(?m)^Phase\s+: Healthy \('
        $list | Should -Not -Match '(?m)^Reason'
        $list | Should -Not -Match '(?m)^Remediation'
    }

    It 'has a table of these columns' {
        (Get-OnboardingStatus | Format-Table | Format-AtWidth 140).Trim().Split("`n")[0] -replace ' +', ' ' |
            Should -BeExactly 'Namespace WorkloadGroup Phase For Reason LastSeen Instance'
    }

    It 'follows with -Watch until it is stopped' {
        $shell = [powershell]::Create().AddScript("Import-Module '$(Get-BuiltManifest)'; Get-OnboardingStatus -Watch")
        $seen = [System.Management.Automation.PSDataCollection[psobject]]::new()
        $running = $shell.BeginInvoke([System.Management.Automation.PSDataCollection[psobject]]::new(), $seen)
        # Read, not enumerated: enumerating what is still written to waits for its end.
        $phases = [System.Collections.Generic.List[string]]::new()
        $read = { foreach ($status in $seen.ReadAll()) { $phases.Add($status.Phase) } }
        Wait-Until { . $read; $phases.Count -ge 1 }
        Stop-MeshSidecar -Force
        Wait-Until { . $read; 'Connected' -in $phases }
        Start-MeshSidecar
        $shell.Stop()
        $running.IsCompleted | Should -BeTrue
        $shell.Dispose()
    }
}

Describe 'Test-MeshOnboarding' {
    It 'passes on a machine that can join, and changes nothing' {
        $machine = New-TestMachine $plane "$directory/fresh" 'fresh'
        $checks = $machine | Test-MeshOnboarding
        $checks | Should -BeOfType Onboarding.Cmdlets.OnboardingCheck
        $checks | Where-Object Status -EQ 'Fail' | Should -BeNullOrEmpty
        ($checks | Where-Object Name -EQ 'policy').Detail | Should -Match "'ratings' rule 1 .* bookinfo/ratings .* ratings-jwt-demo--fresh$"
        $machine.StateDirectory | Should -Not -Exist
        Get-Registration $plane | Should -Not -Contain 'ratings-jwt-demo--fresh'
        kubectl --kubeconfig $plane.KubeConfig get workloadkeybindings -A -o jsonpath='{.items[*].spec.identity}' | Should -Not -Match 'fresh'
    }

    It 'says one Boolean with -Quiet' {
        $machine = New-TestMachine $plane "$directory/quiet" 'quiet'
        $machine | Test-MeshOnboarding -Quiet | Should -BeExactly $true
        Test-MeshOnboarding -Endpoint nowhere.invalid -Namespace a -WorkloadGroup b -Category Plane -Quiet | Should -BeExactly $false
    }

    It 'skips what needs something that failed' {
        $checks = Test-MeshOnboarding -Endpoint nowhere.invalid -Namespace a -WorkloadGroup b -Category Plane
        ($checks | Where-Object Name -EQ 'name resolution').ErrorId | Should -BeExactly 'EndpointUnknownHost'
        ($checks | Where-Object Name -EQ 'name resolution').Remediation | Should -Match 'getent hosts nowhere.invalid'
        ($checks | Where-Object Name -EQ 'certificate').Status | Should -BeExactly 'Skipped'
    }

    It 'leaves out what is skipped, and knows its names and categories' {
        $checks = $laptop | Test-MeshOnboarding -Category Identity -SkipCheck policy
        $checks.Name | Should -Be 'credential'
        { Test-MeshOnboarding -Category Nonsense -ErrorAction Stop } | Should -Throw "*There is no 'Nonsense'*"
        (TabExpansion2 -inputScript 'Test-MeshOnboarding -Category Id' -cursorColumn 32).CompletionMatches.CompletionText | Should -Be 'Identity'
        (TabExpansion2 -inputScript 'Test-MeshOnboarding -SkipCheck disk' -cursorColumn 35).CompletionMatches.CompletionText | Should -Be "'disk space'"
    }

    It 'says what is wrong with a configuration' {
        Set-Content "$directory/bad.yaml" 'kind: Nothing'
        $checks = Test-MeshOnboarding "$directory/bad.yaml"
        $checks | Should -HaveCount 1
        $checks.ErrorId | Should -BeExactly 'ConfigurationInvalid'
    }
}

Describe 'Export-MeshBootConfiguration -Local' {
    It 'copies what the machine has, for its owner alone' {
        $files = Export-MeshBootConfiguration -Local -Destination "$directory/boot"
        $files.Name | Should -Be 'cluster.env', 'mesh.yaml', 'root-cert.pem', 'hosts', 'istio-token'
        (Get-Item "$directory/boot/istio-token").UnixMode | Should -BeExactly '-rw-------'
        Get-Content "$directory/boot/cluster.env" | Should -Contain "ISTIO_NAMESPACE='bookinfo'"
    }

    It 'leaves the token out with -NoToken, and overwrites with -Force only' {
        { Export-MeshBootConfiguration -Local -Destination "$directory/boot" -ErrorAction Stop } | Should -Throw -ErrorId 'FileExists,*'
        (Export-MeshBootConfiguration -Local -Destination "$directory/boot2" -NoToken).Name | Should -Not -Contain 'istio-token'
        Export-MeshBootConfiguration -Local -Destination "$directory/boot" -Force | Should -HaveCount 5
    }

    It 'writes nothing under -WhatIf' {
        Export-MeshBootConfiguration -Local -Destination "$directory/never" -WhatIf
        "$directory/never" | Should -Not -Exist
    }
}

Describe 'Unregister-MeshWorkload -Local' {
    It 'does nothing under -WhatIf' {
        Unregister-MeshWorkload -Local -WhatIf
        Get-Registration $plane | Should -Contain 'ratings-jwt-demo--laptop'
    }

    It 'takes the machine out, the records first, and says each step' {
        $said = Unregister-MeshWorkload -Local -Confirm:$false -PropagationDelay 0 -Reason 'kernel update' -Verbose 4>&1
        $said.Message | Should -Contain "unregistered 'bookinfo/ratings-jwt-demo--laptop' (plane $($plane.Endpoint))"
        $said.Message | Confirm-Golden 'the steps of leaving'
        Get-Registration $plane | Should -BeNullOrEmpty
        "$($laptop.StateDirectory)/agent-key.pem" | Should -Exist
        { Get-OnboardingStatus } | Should -Throw -ErrorId 'NotRegistered,*'
    }

    It 'says NotRegistered where there is nothing to leave' {
        { Unregister-MeshWorkload -Local -Confirm:$false -ErrorAction Stop } | Should -Throw -ErrorId 'NotRegistered,*'
    }
}

Describe 'B2 Get-OnboardingStatus of a member that no policy admits any more' {
    It 'says Refused and why, and nothing of a token that is renewed' {
        $null = New-TestMachine $plane "$directory/refused" 'refused' | Register-MeshWorkload
        kubectl --kubeconfig $plane.KubeConfig -n bookinfo delete onboardingpolicies --all
        kubectl --kubeconfig $plane.KubeConfig -n bookinfo delete war ratings-jwt-demo--refused --ignore-not-found
        Wait-Until { (Get-OnboardingStatus).Phase -eq 'Refused' }
        $status = Get-OnboardingStatus
        $status.Reason | Should -Not -BeNullOrEmpty
        $status.Token | Should -BeNullOrEmpty
        $status.Name | Should -BeNullOrEmpty
    }
}
