BeforeAll {
    Import-Module $PSScriptRoot/../Support/Onboarding.Testing.psm1
    Import-BuiltModule
    $directory = New-TestDirectory
    $saved = $env:ONBOARDING_ENDPOINT, $env:KUBECONFIG
    $env:ONBOARDING_ENDPOINT = Find-BuiltProgram lab onboarding-lab
    $env:KUBECONFIG = New-Kubeconfig "$directory/kubeconfig"
}

AfterAll {
    Stop-OnboardingPlane
    $env:ONBOARDING_ENDPOINT, $env:KUBECONFIG = $saved
    Remove-TestDirectory $directory
}

Describe 'Start-OnboardingPlane' {
    It 'starts nothing under -WhatIf, and names the plane and where its data would be' {
        $said = Invoke-FreshPwsh "Import-Module '$(Get-BuiltManifest)'; Start-OnboardingPlane -DataDirectory '$directory/never' -WhatIf"
        "$said" | Should -Match 'What if:.*/never'
        "$directory/never" | Should -Not -Exist
    }

    It 'says EndpointNotFound and how to get one where there is none' {
        { Start-OnboardingPlane -DataDirectory "$directory/never" -EndpointPath "$directory/no-such-program" } |
            Should -Throw -ErrorId 'EndpointNotFound,Onboarding.Cmdlets.StartOnboardingPlaneCommand'
        $Error[0].ErrorDetails.RecommendedAction | Should -Match 'dotnet build lab'
        "$directory/never" | Should -Not -Exist
    }

    It 'says PlaneStartFailed and where to read on if the endpoint does not get ready' {
        Set-Content "$directory/broken" "#!/bin/sh`necho 'such luck' >&2`nexit 7"
        chmod +x "$directory/broken"
        { Start-OnboardingPlane -DataDirectory "$directory/failing" -EndpointPath "$directory/broken" } |
            Should -Throw -ErrorId 'PlaneStartFailed,Onboarding.Cmdlets.StartOnboardingPlaneCommand' -ExpectedMessage '*exit code 7. such luck*'
        $Error[0].ErrorDetails.RecommendedAction | Should -Match 'endpoint.log'
    }

    It 'says SampleNotFound where the sample did not come with the endpoint' {
        { Start-OnboardingPlane -DataDirectory "$directory/never" -EndpointPath "$directory/broken" -Sample Bookinfo } |
            Should -Throw -ErrorId 'SampleNotFound,Onboarding.Cmdlets.StartOnboardingPlaneCommand'
    }
}

Describe 'A plane with the sample' {
    BeforeAll {
        $plane = Start-OnboardingPlane -DataDirectory "$directory/demo" -Port 0 -Sample Bookinfo
    }

    It 'runs as a process of its own and is the context of the fleet cmdlets' {
        $plane.Name | Should -BeExactly 'demo'
        $plane.Status | Should -BeExactly 'Running'
        (Get-Process -Id $plane.ProcessId).Name | Should -Match 'onboarding'
        $context = Get-OnboardingContext
        $context.Name | Should -BeExactly 'demo'
        $context.Namespace | Should -BeExactly 'bookinfo'
        $context.Source | Should -BeExactly 'Start-OnboardingPlane'
    }

    It 'keeps its data for its owner alone' {
        (Get-Item $plane.DataDirectory).UnixMode | Should -BeExactly 'drwx------'
    }

    It 'names the files that Register-MeshWorkload takes' {
        $plane.ConfigurationPath | Should -Exist
        $plane.AgentConfigurationPath | Should -Exist
        Get-Content $plane.ConfigurationPath -Raw | Should -Match 'name: ratings'
    }

    It 'is offered among the contexts, and can be chosen by name' {
        Disconnect-OnboardingPlane
        try {
            (Get-OnboardingContext).Name | Should -BeExactly 'prod-eu'
            (Get-OnboardingContext -ListAvailable).Name | Should -Contain 'demo'
        } finally {
            $chosen = Connect-OnboardingPlane demo -PassThru
        }

        $chosen.Cluster | Should -Match '^localhost:\d+$'
    }

    It 'is refused a second time, with the one that runs' {
        { Start-OnboardingPlane -DataDirectory "$directory/demo" -Port 0 } |
            Should -Throw -ErrorId 'PlaneAlreadyRunning,Onboarding.Cmdlets.StartOnboardingPlaneCommand'
        $Error[0].ErrorDetails.RecommendedAction | Should -Match 'Stop-OnboardingPlane demo'
    }

    It 'B1 is refused to another process, which is told whose it is' {
        $before = Get-Content -Raw "$directory/demo/endpoint.log"
        $before | Should -Not -BeNullOrEmpty
        $said = Invoke-FreshPwsh "Import-Module '$(Get-BuiltManifest)'; try { Start-OnboardingPlane -DataDirectory '$directory/demo' -Port 0 -ErrorAction Stop } catch { `$_.FullyQualifiedErrorId; `"`$_`" }"
        "$said" | Should -Match 'PlaneAlreadyRunning,Onboarding.Cmdlets.StartOnboardingPlaneCommand'
        "$said" | Should -Match "process $($plane.ProcessId)"
        # What it says goes to its own user; the log of the one that runs is that one's.
        (Get-Content -Raw "$directory/demo/endpoint.log").StartsWith($before) | Should -BeTrue
    }

    It 'stops, by the pipeline, and its data goes only when asked for' {
        Stop-OnboardingPlane demo -WhatIf
        $plane.Status | Should -BeExactly 'Running'
        $plane | Stop-OnboardingPlane
        $plane.Status | Should -BeExactly 'Stopped'
        $plane.KubeConfig | Should -Exist
        (Get-OnboardingContext).Name | Should -BeExactly 'prod-eu'
        $again = Start-OnboardingPlane -DataDirectory "$directory/demo" -Port 0 -NoConnect
        (Get-OnboardingContext).Name | Should -BeExactly 'prod-eu'
        $again | Stop-OnboardingPlane -RemoveData -Confirm:$false
        "$directory/demo" | Should -Not -Exist
    }

    It 'that does not run is PlaneNotFound' {
        Stop-OnboardingPlane nobody -ErrorVariable errors -ErrorAction SilentlyContinue
        $errors.FullyQualifiedErrorId | Should -Be 'PlaneNotFound,Onboarding.Cmdlets.StopOnboardingPlaneCommand'
        $errors.TargetObject | Should -Be 'nobody'
    }
}

Describe 'A plane' {
    It 'ends with the PowerShell that started it, even one that is killed' {
        $script = @"
Import-Module '$(Get-BuiltManifest)'
`$plane = Start-OnboardingPlane -DataDirectory '$directory/orphan' -Port 0
[Console]::Out.WriteLine(`$plane.ProcessId); [Console]::Out.Flush()
[System.Diagnostics.Process]::GetCurrentProcess().Kill()
"@
        $process = [int](Invoke-FreshPwsh $script | Where-Object { $_ -match '^\d+$' })
        $process | Should -BeGreaterThan 1
        $until = [DateTime]::UtcNow.AddSeconds(180)
        while ((Get-Process -Id $process -ErrorAction Ignore) -and [DateTime]::UtcNow -lt $until) {
            Start-Sleep -Milliseconds 100
        }

        Get-Process -Id $process -ErrorAction Ignore | Should -BeNullOrEmpty
    }

    It 'connects nobody who asked for a context that is not there' {
        { Connect-OnboardingPlane nowhere -ErrorAction Stop } | Should -Throw -ErrorId 'ContextNotFound,Onboarding.Cmdlets.ConnectOnboardingPlaneCommand'
        $Error[0].ErrorDetails.Message | Should -Match 'prod-eu'
    }
}
