BeforeAll {
    Import-Module $PSScriptRoot/../Support/Onboarding.Golden.psm1
    Import-Module $PSScriptRoot/../Support/Onboarding.Testing.psm1
    Import-Module $PSScriptRoot/../Support/Onboarding.Machine.psm1
    Import-BuiltModule
    $directory = New-TestDirectory
    $plane = Start-TestPlane $directory
    New-TestPolicy
    $WarningPreference = 'SilentlyContinue'
    $machine = New-TestMachine $plane "$directory/machine" 'service'
    $agent = Start-TestAgent $machine "$directory/agent.log"
    $path = $env:PATH
}

AfterAll {
    $env:PATH = $path
    $env:ONBOARDING_AGENT_SOCKET = $null
    Stop-TestAgent $agent
    Stop-OnboardingPlane
    Remove-TestDirectory $directory
}

Describe 'A machine with an agent that runs' {
    It 'is handed over to: the session is the service''s' {
        $registration = $machine | Register-MeshWorkload -StartSidecar -WarningVariable warned
        $registration.Session | Should -BeExactly 'Service'
        $registration.ProcessId | Should -Be $agent.Id
        $registration.Phase | Should -BeExactly 'Healthy'
        $warned | Should -BeNullOrEmpty
    }

    It 'refuses to be a second owner' {
        $machine | Register-MeshWorkload -Session Process -ErrorVariable failed -ErrorAction SilentlyContinue
        $failed[0].FullyQualifiedErrorId | Should -BeExactly 'StateDirectoryInUse,Onboarding.Cmdlets.RegisterMeshWorkloadCommand'
    }

    It 'joins what its own files say, and nothing else' {
        (Get-Content -Raw $machine.ConfigurationPath) -replace 'name: ratings', 'name: reviews' | Set-Content "$directory/other.yaml"
        Register-MeshWorkload "$directory/other.yaml" -AgentConfigurationPath $machine.AgentConfigurationPath -StateDirectory $machine.StateDirectory -ErrorVariable failed -ErrorAction SilentlyContinue
        $failed[0].FullyQualifiedErrorId | Should -BeExactly 'ConfigurationDiffers,Onboarding.Cmdlets.RegisterMeshWorkloadCommand'
        $failed[0].ErrorDetails.Message | Should -Match 'joins bookinfo/ratings, not bookinfo/reviews'
    }

    It 'is not told who the machine is, and says which values it wasn''t and where they are set' {
        $join = @{ Endpoint = $plane.Endpoint; Namespace = 'bookinfo'; WorkloadGroup = 'ratings'; AgentConfigurationPath = $machine.AgentConfigurationPath; StateDirectory = $machine.StateDirectory }
        (Register-MeshWorkload @join -WarningVariable warned).Session | Should -BeExactly 'Service'
        $warned | Should -BeNullOrEmpty

        $registration = Register-MeshWorkload @join -TokenPath "$directory/token" -CredentialPlugin /bin/false -Label @{ canary = 'yes' } -WarningVariable warned
        $registration.Name | Should -BeExactly 'ratings-jwt-demo--service'
        $warned | Should -HaveCount 1
        "$warned" | Should -Match ' -TokenPath, -CredentialPlugin, -Label\.'
        "$warned" | Should -Match ' host\.custom\.credential .*/agent\.config\.yaml, workload\.labels .*/onboarding\.config\.yaml.* sudo systemctl restart onboarding-agent'
    }

    It 'is shown and told like a session of this process' {
        $status = Get-OnboardingStatus -StateDirectory $machine.StateDirectory
        $status.Session | Should -BeExactly 'Service'
        $status.ProcessId | Should -Be $agent.Id
        (Stop-MeshSidecar -StateDirectory $machine.StateDirectory -PassThru).Status | Should -BeExactly 'Stopped'
        (Start-MeshSidecar -StateDirectory $machine.StateDirectory -PassThru).Ready | Should -BeTrue
    }

    It 'stays out after Unregister-MeshWorkload -Local until it is told to register' {
        (Unregister-MeshWorkload -Local -StateDirectory $machine.StateDirectory -PropagationDelay 0 -Confirm:$false -PassThru).Phase | Should -BeExactly 'Out'
        $agent.HasExited | Should -BeFalse
        Get-Registration $plane | Should -BeNullOrEmpty
        ($machine | Register-MeshWorkload).Phase | Should -BeIn 'Connected', 'Healthy'
    }

    It 'goes on joining when whoever waits stops waiting' {
        $null = Unregister-MeshWorkload -Local -StateDirectory $machine.StateDirectory -PropagationDelay 0 -Confirm:$false
        $real = Get-Content -Raw $machine.AgentConfigurationPath
        $shell = [powershell]::Create().AddScript("Import-Module '$(Get-BuiltManifest)'; `$args[0] | Register-MeshWorkload").AddArgument($machine)
        $running = $shell.BeginInvoke()
        Wait-Until { (Get-OnboardingStatus -StateDirectory $machine.StateDirectory).Phase -ne 'Out' }
        $shell.Stop()
        $running.IsCompleted | Should -BeTrue
        $shell.Dispose()
        Wait-Until { (Get-OnboardingStatus -StateDirectory $machine.StateDirectory).Phase -in 'Connected', 'Healthy' }
        $real | Should -Not -BeNullOrEmpty
    }
}

Describe 'The service of the machine' {
    BeforeAll {
        # A service manager that has the service, and starts the agent when it is told to.
        $null = New-Item -ItemType Directory "$directory/bin"
        $served = New-TestMachine $plane "$directory/served" 'served'
        $env:ONBOARDING_AGENT_SOCKET = "$directory/served.sock"
        $env:PATH = "$directory/bin:$path"
        $request = @{ ConfigurationPath = $served.ConfigurationPath; AgentConfigurationPath = $served.AgentConfigurationPath }
    }

    AfterAll {
        if (Test-Path "$directory/served.pid") {
            kill -TERM (Get-Content "$directory/served.pid")
            Wait-Until { -not (Test-Path "$directory/served.sock") }
        }
    }

    It 'is missed with -Session Service where it isn''t installed' {
        $null = New-Script "$directory/bin/systemctl" 'echo LoadState=not-found; echo ActiveState=inactive'
        Register-MeshWorkload @request -Session Service -ErrorVariable failed -ErrorAction SilentlyContinue
        $failed[0].FullyQualifiedErrorId | Should -BeExactly 'ServiceNotInstalled,Onboarding.Cmdlets.RegisterMeshWorkloadCommand'
        $failed[0].CategoryInfo.Category | Should -Be 'NotInstalled'
        $failed[0].ErrorDetails.RecommendedAction | Confirm-Golden 'a service that is not installed'
    }

    It 'is not started under -WhatIf' {
        $null = New-Script "$directory/bin/systemctl" "case `$1 in show) echo LoadState=loaded; echo ActiveState=inactive;; *) touch '$directory/started';; esac"
        $out = [powershell]::Create().AddScript("Import-Module '$(Get-BuiltManifest)'; `$r = `$args[0]; Register-MeshWorkload @r -WhatIf").AddArgument($request)
        $out.Invoke() | Should -BeNullOrEmpty
        $out.HadErrors | Should -BeFalse
        $out.Dispose()
        "$directory/started" | Should -Not -Exist
    }

    It 'that can''t be started is ServiceNotStarted, in the words of the service manager' {
        $null = New-Script "$directory/bin/systemctl" 'case $1 in show) echo LoadState=loaded; echo ActiveState=inactive;; *) echo "Access denied" >&2; exit 4;; esac'
        Register-MeshWorkload @request -ErrorVariable failed -ErrorAction SilentlyContinue
        $failed[0].FullyQualifiedErrorId | Should -BeExactly 'ServiceNotStarted,Onboarding.Cmdlets.RegisterMeshWorkloadCommand'
        $failed[0].ErrorDetails.Message | Should -Match 'Access denied'
    }

    It 'is started where it is installed and stopped, and handed over to' {
        $program = Find-BuiltProgram agent-host onboarding-agent
        $null = New-Script "$directory/bin/systemctl" @"
case `$1 in
show) echo LoadState=loaded; echo ActiveState=inactive;;
start) setsid '$program' run --onboarding-config '$($served.ConfigurationPath)' --agent-config '$($served.AgentConfigurationPath)' --state-directory '$($served.StateDirectory)' >/dev/null 2>'$directory/served.log' </dev/null &
   echo `$! > '$directory/served.pid';;
esac
"@
        $registration = Register-MeshWorkload @request
        $registration.Session | Should -BeExactly 'Service'
        $registration.Name | Should -BeExactly 'ratings-jwt-demo--served'
    }
}
