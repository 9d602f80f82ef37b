BeforeAll {
    Import-Module $PSScriptRoot/../Support/Onboarding.Testing.psm1
    Import-Module $PSScriptRoot/../Support/Onboarding.Machine.psm1
    Import-BuiltModule
    $directory = New-TestDirectory
    $plane = Start-TestPlane $directory
    New-TestPolicy
    $null = (Get-Content -Raw $plane.AgentConfigurationPath) -match '(?m)^\s+path: (?<plugin>.*jwt-credential-plugin)$'
    $plugin = $Matches.plugin

    # A machine whose credential takes until the file is there: in the middle of joining, for as long as a test wants.
    function New-WaitingMachine {
        param([string] $Name)
        $slow = New-Script "$directory/$Name-plugin" "until [ -e '$directory/$Name-go' ]; do sleep 0.1; done; exec '$plugin' `"`$@`""
        New-TestMachine $plane "$directory/$Name" $Name $slow
    }

    # A real PowerShell that joins, in which Ctrl+C isn't ignored whatever started the tests, and what it says.
    function Start-Joining {
        param($Machine, [string] $Log)
        Set-Content "$Log.ps1" "Import-Module '$(Get-BuiltManifest)'; Register-MeshWorkload '$($Machine.ConfigurationPath)' -AgentConfigurationPath '$($Machine.AgentConfigurationPath)' -StateDirectory '$($Machine.StateDirectory)' -Verbose"
        $shell = Start-Process env -PassThru -RedirectStandardOutput $Log -RedirectStandardError "$Log.err" -ArgumentList @(
            '--default-signal=INT', 'pwsh', '-NoProfile', '-NonInteractive', '-File', "$Log.ps1")
        Wait-Until { (Get-Content -Raw $Log) -match 'connected to https://' }
        $shell
    }

    function Stop-ByCtrlC {
        param($Shell)
        kill -INT $Shell.Id
        $Shell.WaitForExit(180000) | Should -BeTrue
    }
}

AfterAll {
    Stop-TestAgent $agent
    Stop-OnboardingPlane
    Remove-TestDirectory $directory
}

Describe 'Case60: Ctrl+C (SIGINT) in a real PowerShell in the middle of a join' {
    It 'ends the waiting, and not the join, where the session is the service''s' {
        $machine = New-WaitingMachine 'served'
        $script:agent = Start-TestAgent $machine "$directory/agent.log"
        $null = Unregister-MeshWorkload -Local -StateDirectory $machine.StateDirectory -PropagationDelay 0 -Confirm:$false
        $shell = Start-Joining $machine "$directory/served.log"
        Stop-ByCtrlC $shell
        $agent.HasExited | Should -BeFalse
        (Get-OnboardingStatus -StateDirectory $machine.StateDirectory).Phase | Should -Not -Be 'Out'
        Get-Registration $plane | Should -Not -Contain 'ratings-jwt-demo--served'
        $null = New-Item "$directory/served-go"
        Wait-Until { (Get-OnboardingStatus -StateDirectory $machine.StateDirectory).Phase -in 'Connected', 'Healthy' }
        Get-Registration $plane | Should -Contain 'ratings-jwt-demo--served'
    }

    It 'takes the join back where the session is its own' {
        $machine = New-WaitingMachine 'own'
        $shell = Start-Joining $machine "$directory/own.log"
        Stop-ByCtrlC $shell
        $null = New-Item "$directory/own-go"
        Get-ChildItem "$($machine.StateDirectory)/workloads/bookinfo.ratings" -Recurse -File | Should -BeNullOrEmpty
        Get-Registration $plane | Should -Not -Contain 'ratings-jwt-demo--own'
        # No one holds the directory any more.
        ($machine | Register-MeshWorkload -WarningAction SilentlyContinue).Phase | Should -BeExactly 'Connected'
        Clear-Session
    }
}
