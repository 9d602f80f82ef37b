BeforeAll {
    Import-Module $PSScriptRoot/../Support/Onboarding.Testing.psm1
    Import-BuiltModule
    $directory = New-TestDirectory
    $env:ONBOARDING_ENDPOINT = Find-BuiltProgram lab onboarding-lab
    $plane = Start-OnboardingPlane -DataDirectory "$directory/fleet" -Port 0 -Sample Bookinfo
    New-BookinfoMember -KubeConfig $plane.KubeConfig
}

AfterAll {
    Stop-OnboardingPlane
    Remove-TestDirectory $directory
}

Describe 'Get-MeshWorkload' {
    It 'lists the workloads of the context''s namespace' {
        $all = Get-MeshWorkload
        $all.Name | Should -Be 'ratings-aws-aws-123456789012-eu-west-1a-ec2-i-0abc', 'ratings-jwt-demo--vm-1', 'ratings-jwt-demo--vm-2'
        $all[0] | Should -BeOfType Onboarding.Cmdlets.MeshWorkload
    }

    It 'says who each is, where it is and how it does' {
        $workload = Get-MeshWorkload ratings-jwt-demo--vm-1
        $workload.Namespace | Should -BeExactly 'bookinfo'
        $workload.WorkloadGroup | Should -BeExactly 'ratings'
        $workload.Instance | Should -BeExactly 'jwt-demo--vm-1'
        $workload.Platform | Should -BeExactly 'jwt'
        "$($workload.Identity)" | Should -BeExactly 'jwt  issuer=https://demo.localhost  subject=vm-1  role=ratings'
        $workload.Address | Should -BeExactly '10.0.0.1'
        $workload.Labels.app | Should -BeExactly 'ratings'
        $workload.Phase | Should -BeExactly 'Lost'
        $workload.Reason | Should -BeExactly 'AgentConnectionLost'
        $workload.Created | Should -BeOfType DateTimeOffset
        $workload.Age | Should -BeOfType TimeSpan
        "$workload" | Should -BeExactly 'bookinfo/ratings-jwt-demo--vm-1'
    }

    It 'narrows by <parameters>' -ForEach @(
        @{ Parameters = '-Name *vm-*'; Expected = 2 }
        @{ Parameters = '-WorkloadGroup ratings'; Expected = 3 }
        @{ Parameters = '-WorkloadGroup reviews'; Expected = 0 }
        @{ Parameters = '-Selector version=v2'; Expected = 1 }
        @{ Parameters = '-Selector app=ratings,version!=v2'; Expected = 2 }
        @{ Parameters = '-Phase Lost'; Expected = 1 }
        @{ Parameters = '-Phase Registered'; Expected = 2 }
        @{ Parameters = '-Platform aws'; Expected = 1 }
        @{ Parameters = '-Stale'; Expected = 3 }
        @{ Parameters = '-Namespace default'; Expected = 0 }
        @{ Parameters = '-AllNamespaces'; Expected = 3 }
    ) {
        @(& ([scriptblock]::Create("Get-MeshWorkload $Parameters"))).Count | Should -Be $Expected
    }

    It 'takes names from the pipeline' {
        ('ratings-jwt-demo--vm-1', 'ratings-jwt-demo--vm-2' | Get-MeshWorkload).Instance | Should -Be 'jwt-demo--vm-1', 'jwt-demo--vm-2'
    }

    It 'reports one missing exact name as MeshWorkloadNotFound and goes on' {
        $found = 'nobody', 'ratings-jwt-demo--vm-1' | Get-MeshWorkload -ErrorVariable errors -ErrorAction SilentlyContinue
        $found.Count | Should -Be 1
        $errors[0].FullyQualifiedErrorId | Should -BeExactly 'MeshWorkloadNotFound,Onboarding.Cmdlets.GetMeshWorkloadCommand'
        $errors[0].TargetObject | Should -BeExactly 'nobody'
        $errors[0].CategoryInfo.Category | Should -Be 'ObjectNotFound'
    }

    It 'does not mind a wildcard that matches nothing' {
        Get-MeshWorkload 'nobody*' -ErrorAction Stop | Should -BeNullOrEmpty
    }

    It 'stops when the pipeline has enough' {
        (Get-MeshWorkload | Select-Object -First 1).Name | Should -Match '^ratings-aws'
    }

    It 'completes names, groups and namespaces' {
        (TabExpansion2 'Get-MeshWorkload ratings-jwt' 28).CompletionMatches.CompletionText | Should -Be 'ratings-jwt-demo--vm-1', 'ratings-jwt-demo--vm-2'
        (TabExpansion2 'Get-MeshWorkload -WorkloadGroup rat' 35).CompletionMatches.CompletionText | Should -Be 'ratings'
        (TabExpansion2 'Get-MeshWorkload -Namespace book' 32).CompletionMatches.CompletionText | Should -Be 'bookinfo'
    }
}

Describe 'Unregister-MeshWorkload' {
    It 'names object and context under -WhatIf' {
        $said = Invoke-FreshPwsh "Import-Module '$(Get-BuiltManifest)'; Unregister-MeshWorkload ratings-jwt-demo--vm-1 -KubeConfig '$($plane.KubeConfig)' -Namespace bookinfo -WhatIf"
        "$said" | Should -Match 'What if:.*bookinfo/ratings-jwt-demo--vm-1 \(context onboarding-embedded\)'
    }

    It 'calls nobody under -WhatIf' {
        $listener = Start-Listener
        try {
            $config = New-Kubeconfig "$directory/listened" -Server "https://127.0.0.1:$($listener.Port)"
            Unregister-MeshWorkload anything -KubeConfig $config -WhatIf -TimeoutSec 1
            $listener.Calls | Should -Be 0
            { Get-MeshWorkload -KubeConfig $config -TimeoutSec 1 -ErrorAction Stop } | Should -Throw
            $listener.Calls | Should -BeGreaterThan 0
        } finally {
            $listener.Stop()
        }
    }

    It 'reports a name that is not there' {
        Unregister-MeshWorkload nobody -Confirm:$false -ErrorVariable errors -ErrorAction SilentlyContinue
        $errors.FullyQualifiedErrorId | Should -BeExactly 'MeshWorkloadNotFound,Onboarding.Cmdlets.UnregisterMeshWorkloadCommand'
    }

    It 'takes what Get-MeshWorkload wrote and removes the registration with its entry' {
        $gone = Get-MeshWorkload ratings-jwt-demo--vm-2 | Unregister-MeshWorkload -Reason 'replaced' -PassThru -Confirm:$false
        $gone.Name | Should -BeExactly 'ratings-jwt-demo--vm-2'
        (Get-MeshWorkload).Name | Should -Not -Contain 'ratings-jwt-demo--vm-2'
        Wait-Until { -not (& kubectl --kubeconfig $plane.KubeConfig -n bookinfo get workloadentries ratings-jwt-demo--vm-2 --ignore-not-found) }
    }

    It 'takes names and namespaces from a table' {
        $row = [pscustomobject]@{ Name = 'ratings-aws-aws-123456789012-eu-west-1a-ec2-i-0abc'; Namespace = 'bookinfo' }
        $row | Unregister-MeshWorkload -Rejoin -Confirm:$false -Context fleet
        (Get-MeshWorkload).Count | Should -Be 1
    }

    It 'has high impact and both parameter sets for a fleet' {
        $command = Get-Command Unregister-MeshWorkload
        $command.ParameterSets.Name | Should -Contain 'Name'
        $command.ParameterSets.Name | Should -Contain 'InputObject'
    }
}

Describe 'Get-OnboardingStatus for a fleet' {
    BeforeAll {
        New-RefusalEvent -KubeConfig $plane.KubeConfig
    }

    It 'lists who joined and who was refused' {
        $status = Get-OnboardingStatus -All
        ($status | Where-Object Phase -EQ 'Lost').Name | Should -BeExactly 'ratings-jwt-demo--vm-1'
        $refused = $status | Where-Object Phase -EQ 'Refused'
        $refused.Instance | Should -BeExactly 'jwt-demo--laptop'
        $refused.WorkloadGroup | Should -BeExactly 'ratings'
        $refused.Reason | Should -BeExactly 'PolicyDenied'
        $refused.Count | Should -Be 3
    }

    It 'finds a refusal by its correlation id, with what would help' {
        $refused = Get-OnboardingStatus -CorrelationId 7f3c-91ab
        $refused.Explanation | Should -Match '^0 policies in bookinfo;'
        "$($refused.Identity)" | Should -BeExactly 'jwt  issuer=https://demo.localhost  subject=laptop  role=ratings'
        $refused.Remediation | Should -Match '^New-WorkloadGroupPolicy '
        $refused.CorrelationIds | Should -Be '7f3c-91ab', '11aa-22bb'
    }

    It 'says where else to look for an id it does not know' {
        Get-OnboardingStatus -CorrelationId 0000-0000 -ErrorVariable errors -ErrorAction SilentlyContinue
        $errors.FullyQualifiedErrorId | Should -BeExactly 'CorrelationIdNotFound,Onboarding.Cmdlets.GetOnboardingStatusCommand'
        $errors[0].ErrorDetails.RecommendedAction | Should -Match 'audit log'
    }

    It 'narrows by name, group and time' {
        (Get-OnboardingStatus jwt-demo--laptop).Phase | Should -BeExactly 'Refused'
        (Get-OnboardingStatus 'ratings-jwt-demo--vm-*').Phase | Should -BeExactly 'Lost'
        (Get-OnboardingStatus -WorkloadGroup ratings).Count | Should -Be 2
        Get-OnboardingStatus -WorkloadGroup reviews | Should -BeNullOrEmpty
        Get-OnboardingStatus -All -Since (Get-Date).AddDays(1) | Should -BeNullOrEmpty
    }

    It 'is also known as Get-MeshOnboarding' {
        (Get-MeshOnboarding -All).Count | Should -Be 2
    }
}

Describe 'Get-MeshWorkload -Watch' {
    It 'follows all names of the pipeline: as they are, then each that changes or is gone' {
        # In a runspace of its own, so that a watch that misses a change ends the test and not the suite.
        $shell = [powershell]::Create().AddScript({
            param($Manifest, $KubeConfig)
            Import-Module $Manifest
            # While the watch waits for this block it has told one thing; what it tells next is what the block does.
            'nobody', 'ratings-jwt-demo--vm-*' | Get-MeshWorkload -Watch -KubeConfig $KubeConfig -Namespace bookinfo | ForEach-Object {
                if (-not $_.Labels.tried) {
                    & kubectl --kubeconfig $KubeConfig -n bookinfo patch workloadentry $_.Name --type merge -p '{"spec":{"labels":{"tried":"yes"}}}' | Out-Null
                } elseif ($_.Phase -ne 'Gone') {
                    $_ | Unregister-MeshWorkload -Confirm:$false -KubeConfig $KubeConfig
                }

                $_
            } | Select-Object -First 3
        }).AddArgument((Get-BuiltManifest)).AddArgument($plane.KubeConfig)
        try {
            $run = $shell.BeginInvoke()
            $run.AsyncWaitHandle.WaitOne([TimeSpan]::FromSeconds(60)) | Should -BeTrue
            $seen = $shell.EndInvoke($run)
        } finally {
            $shell.Stop()
            $shell.Dispose()
        }

        $seen.Name | Should -Be 'ratings-jwt-demo--vm-1', 'ratings-jwt-demo--vm-1', 'ratings-jwt-demo--vm-1'
        $seen.Phase | Should -Be 'Lost', 'Lost', 'Gone'
        $seen.Labels.tried | Should -Be 'yes', 'yes'
        $seen[2].AgeText | Should -Not -BeNullOrEmpty
    }
}
