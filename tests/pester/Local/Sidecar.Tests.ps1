BeforeAll {
    Import-Module $PSScriptRoot/../Support/Onboarding.Testing.psm1
    Import-Module $PSScriptRoot/../Support/Onboarding.Machine.psm1
    Import-BuiltModule
    $directory = New-TestDirectory
    $plane = Start-TestPlane $directory
    $WarningPreference = 'SilentlyContinue'
    $machine = New-TestMachine $plane "$directory/machine" 'sidecar'
}

AfterAll {
    Clear-Session
    Stop-OnboardingPlane
    Remove-TestDirectory $directory
}

Describe '<_> on a machine that isn''t in the mesh' -ForEach 'Start-MeshSidecar', 'Stop-MeshSidecar', 'Restart-MeshSidecar', 'Get-MeshSidecar', 'Get-OnboardingStatus' {
    It 'says NotRegistered and how to join' {
        { & $_ -StateDirectory "$directory/none" -ErrorAction Stop } | Should -Throw -ErrorId 'NotRegistered,*'
        $Error[0].ErrorDetails.RecommendedAction | Should -Match 'Register-MeshWorkload'
        $Error[0].CategoryInfo.Category | Should -Be 'InvalidOperation'
    }
}

Describe 'The sidecar of a machine in the mesh' {
    BeforeAll {
        New-TestPolicy
        $null = $machine | Register-MeshWorkload
    }

    It 'is named, and nothing is done, under -WhatIf of <_>' -ForEach 'Start-MeshSidecar', 'Stop-MeshSidecar', 'Restart-MeshSidecar' {
        $out = [powershell]::Create().AddScript("Import-Module '$(Get-BuiltManifest)'; $_ -StateDirectory '$($machine.StateDirectory)' -PassThru -WhatIf")
        $out.Invoke() | Should -BeNullOrEmpty
        $out.HadErrors | Should -BeFalse
        $out.Dispose()
        (Get-MeshSidecar).Status | Should -BeExactly 'Stopped'
    }

    It 'starts and is ready, with a certificate' {
        $sidecar = Start-MeshSidecar -PassThru
        $sidecar.Name | Should -BeExactly 'ratings'
        $sidecar.Status | Should -BeExactly 'Running'
        $sidecar.Kind | Should -BeExactly 'Probe'
        $sidecar.Ready | Should -BeTrue
        (Get-Process -Id $sidecar.Id).Name | Should -Match 'mesh-sidecar'
        $sidecar.CertificateExpiresAt | Should -BeGreaterThan ([DateTimeOffset]::UtcNow.AddHours(1))
        $sidecar.Uptime | Should -BeOfType TimeSpan
        (Get-OnboardingStatus).Phase | Should -BeExactly 'Healthy'
    }

    It 'writes nothing without -PassThru' {
        Start-MeshSidecar | Should -BeNullOrEmpty
    }

    It 'looks like this as a table of <_> columns' -ForEach 80, 140 {
        $table = Get-MeshSidecar | Format-AtWidth $_
        $table = $table -replace 'Running Probe \d+', 'Running Probe 4177' -replace 'True +\w+ \w+ +\w+ ?\w*', 'True 23h 59m 1 s' -replace '-+', '-' -replace ' +', ' '
        $table | Should -BeExactly @'

Name Status Kind Id Revision Ready CertExpires Uptime
- - - - - - - -
ratings Running Probe 4177 default True 23h 59m 1 s
'@.Trim("`r", "`n")
    }

    It 'is another process after a restart' {
        $before = (Get-MeshSidecar).Id
        $after = Restart-MeshSidecar -DrainTimeoutSec 10 -PassThru
        $after.Ready | Should -BeTrue
        $after.Id | Should -Not -Be $before
    }

    It 'stops and stays stopped while the machine stays registered' {
        (Stop-MeshSidecar -Force -PassThru).Status | Should -BeExactly 'Stopped'
        (Get-OnboardingStatus).Phase | Should -BeExactly 'Connected'
        Get-Registration $plane | Should -Be 'ratings-jwt-demo--sidecar'
    }

    It 'is seen from anywhere, as it changes' {
        Wait-Until { (Get-MeshWorkload).Sidecar -eq 'Stopped' }
        (Get-MeshWorkload).SidecarMessage | Should -Not -BeNullOrEmpty
        (Get-OnboardingStatus -All).Phase | Should -BeExactly 'Connected'

        Start-MeshSidecar
        Wait-Until { (Get-MeshWorkload).Sidecar -eq 'Ready' }
        (Get-MeshWorkload).SidecarMessage | Should -BeNullOrEmpty
        (Get-OnboardingStatus -All).Phase | Should -BeExactly 'Healthy'
        Stop-MeshSidecar -Force
    }

    It 'is found by name, and another name is SessionNotFound' {
        (Get-MeshSidecar ratings).Name | Should -BeExactly 'ratings'
        (Get-MeshSidecar ratings-jwt-demo--sidecar).Name | Should -BeExactly 'ratings'
        { Get-MeshSidecar other -ErrorAction Stop } | Should -Throw -ErrorId 'SessionNotFound,*'
    }

    It 'completes its name' {
        (TabExpansion2 -inputScript 'Get-MeshSidecar rat' -cursorColumn 19).CompletionMatches.CompletionText | Should -Contain 'ratings-jwt-demo--sidecar'
    }
}

Describe 'A sidecar that can''t run' {
    It 'says SidecarFailed and where its output is' {
        $broken = New-TestMachine $plane "$directory/broken" 'broken'
        $text = Get-Content -Raw $broken.AgentConfigurationPath
        Set-Content $broken.AgentConfigurationPath ($text -replace '(?m)^(    path: ).*mesh-sidecar-probe$', '${1}/bin/false')
        $null = $broken | Register-MeshWorkload
        { Start-MeshSidecar -StateDirectory $broken.StateDirectory -ErrorAction Stop } | Should -Throw -ErrorId 'SidecarFailed,*'

        # From anywhere, too, with the agent's words.
        Wait-Until { (Get-OnboardingStatus ratings-jwt-demo--broken).Reason -eq 'SidecarFailed' }
        (Get-OnboardingStatus ratings-jwt-demo--broken).Explanation | Should -Match '/bin/false .*exit code 1'
        (Get-MeshWorkload ratings-jwt-demo--broken).Sidecar | Should -BeExactly 'Failed'
    }
}

Describe 'B7: a PowerShell that is killed' {
    It 'takes its sidecar along: <Name>' -ForEach @(
        @{ Name = 'the probe' }
        @{ Name = 'a command that ends at SIGTERM without a word to what it started'; Wrapped = $true }
    ) {
        $owned = New-TestMachine $plane "$directory/owned-$([bool]$Wrapped)" "owned-$([bool]$Wrapped)".ToLowerInvariant()
        if ($Wrapped) {
            $text = Get-Content -Raw $owned.AgentConfigurationPath
            $probe = [regex]::Match($text, '(?m)^ +path: (.*mesh-sidecar-probe)$').Groups[1].Value
            $wrapper = New-Script "$directory/wrapper" "'$probe' `"`$@`" &`nwait"
            Set-Content $owned.AgentConfigurationPath $text.Replace($probe, $wrapper)
        }

        $script = @"
Import-Module '$(Get-BuiltManifest)'
`$null = Register-MeshWorkload '$($owned.ConfigurationPath)' -AgentConfigurationPath '$($owned.AgentConfigurationPath)' -StateDirectory '$($owned.StateDirectory)' -StartSidecar -WarningAction Ignore
`$sidecar = Get-MeshSidecar
[Console]::Out.WriteLine("sidecar `$(`$sidecar.Id) `$(`$sidecar.Kind) `$(@(pgrep -g `$sidecar.Id).Count)"); [Console]::Out.Flush()
[System.Diagnostics.Process]::GetCurrentProcess().Kill()
"@
        $said = Invoke-FreshPwsh $script
        "$said" | Should -Match "sidecar (\d+) $($Wrapped ? 'Command 2' : 'Probe 1')"
        $group = [regex]::Match("$said", 'sidecar (\d+)').Groups[1].Value
        Wait-Until { -not (pgrep -g $group) }
    }
}

Describe 'B7: Stop-OnboardingPlane' {
    BeforeAll {
        $another = Start-OnboardingPlane -DataDirectory "$directory/another" -Port 0 -NoConnect
        $null = $machine | Register-MeshWorkload
        $sidecar = Start-MeshSidecar -StateDirectory $machine.StateDirectory -PassThru
    }

    It 'leaves the sessions with another plane alone' {
        $stopped = $another | Stop-OnboardingPlane -RemoveData -Confirm:$false
        $stopped.Name | Should -BeExactly 'another'
        $stopped.EndedSessions | Should -BeNullOrEmpty
        $stopped.DataRemoved | Should -BeTrue
        (Get-MeshSidecar ratings-jwt-demo--sidecar).Status | Should -BeExactly 'Running'
    }

    It 'ends none under -WhatIf' {
        Stop-OnboardingPlane -WhatIf | Should -BeNullOrEmpty
        (Get-MeshSidecar ratings-jwt-demo--sidecar).Status | Should -BeExactly 'Running'
    }

    It 'ends those with its own, and says which' {
        $stopped = $plane | Stop-OnboardingPlane
        $stopped.Name | Should -BeExactly $plane.Name
        $stopped.EndedSessions | Should -Be 'bookinfo/ratings-jwt-demo--sidecar', 'bookinfo/ratings-jwt-demo--broken' -Because 'all sessions of this process were with it'
        $stopped.DataRemoved | Should -BeFalse
        Get-Process -Id $sidecar.Id -ErrorAction Ignore | Should -BeNullOrEmpty
        { Get-MeshSidecar -ErrorAction Stop } | Should -Throw -ErrorId 'NotRegistered,*'
        Get-ChildItem "$($machine.StateDirectory)/workloads" -Recurse -Filter 'istio-token' | Should -BeNullOrEmpty
    }
}
