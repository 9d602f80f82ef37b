BeforeAll {
    Import-Module $PSScriptRoot/../Support/Onboarding.Testing.psm1
    Import-Module $PSScriptRoot/../Support/Onboarding.Machine.psm1
    Import-BuiltModule
    $directory = New-TestDirectory
    $plane = Start-TestPlane $directory
    New-TestPolicy
    $WarningPreference = 'SilentlyContinue'
    $failing = New-Script "$directory/failing" 'echo broken >&2; exit 1'
    1..50 | ForEach-Object {
        $name = 'vm-{0:00}' -f $_
        New-TestMachine $plane "$directory/$name" $name ($_ -in 7, 31 ? $failing : $null) | Add-Member -PassThru Host $name
    } | Export-Csv "$directory/machines.csv"
}

AfterAll {
    Clear-Session
    Stop-OnboardingPlane
    Remove-TestDirectory $directory
}

Describe 'A CSV of 50 workloads' {
    It 'joins row by row, a failing row stops no other, and only the failed ones need another run' {
        $joined = Import-Csv "$directory/machines.csv" | Register-MeshWorkload -ThrottleLimit 6 -ErrorVariable failed -ErrorAction SilentlyContinue -WarningVariable warned
        $joined | Should -HaveCount 48
        ($joined.Name | Sort-Object -Unique) | Should -HaveCount 48
        $joined.Phase | Sort-Object -Unique | Should -BeExactly 'Connected'
        $failed.TargetObject.Host | Sort-Object | Should -Be 'vm-07', 'vm-31'
        # B16: an error says which row it is about, and what all have in common is said once.
        $failed.ErrorDetails.Message | Sort-Object | Should -Match '^\[PluginFailed\] Row (7 \(vm-07\)|31 \(vm-31\)): '
        $warned | Should -HaveCount 1
        "$warned" | Should -Match '\(.* 48 objects\.\)$'
        # The row itself, with all its columns: what another run takes.
        $failed.TargetObject.StateDirectory | Sort-Object | Should -Be "$directory/vm-07/state", "$directory/vm-31/state"
        $failed.TargetObject.AgentConfigurationPath | Sort-Object | Should -Be "$directory/vm-07/agent.yaml", "$directory/vm-31/agent.yaml"
        # Each came in as itself: by its own credential, with its own directory.
        $joined.StateDirectory | Sort-Object -Unique | Should -HaveCount 48
        foreach ($one in $joined) {
            $one.Name | Should -BeExactly "ratings-jwt-demo--$(Split-Path (Split-Path $one.StateDirectory) -Leaf)"
        }

        Get-Registration $plane | Should -HaveCount 48
        $failed.FullyQualifiedErrorId | Sort-Object -Unique | Should -BeExactly 'PluginFailed,Onboarding.Cmdlets.RegisterMeshWorkloadCommand'

        # Repaired, the rows that failed are all that has to be piped in again.
        foreach ($row in $failed.TargetObject) {
            $null = New-TestMachine $plane (Split-Path $row.StateDirectory) $row.Host
        }

        $again = $failed.TargetObject | Register-MeshWorkload -ThrottleLimit 6
        $again.Name | Sort-Object | Should -Be 'ratings-jwt-demo--vm-07', 'ratings-jwt-demo--vm-31'
        Get-Registration $plane | Should -HaveCount 50

        # Each is a session of its own, and none is meant if none is named.
        { Start-MeshSidecar -ErrorAction Stop } | Should -Throw -ErrorId 'SessionAmbiguous,*'
        (Get-MeshSidecar) | Should -HaveCount 50
        (Get-MeshSidecar ratings-jwt-demo--vm-07).StateDirectory | Should -BeExactly "$directory/vm-07/state"
    }
    It 'runs as many at a time as -ThrottleLimit allows, and no more' {
        # Each plugin says how many of them there are.
        $null = New-Item -ItemType Directory "$directory/running"
        $counting = New-Script "$directory/counting" "mkdir '$directory/running/'`$`$; ls '$directory/running' | wc -l >> '$directory/counts'; sleep 0.2; rmdir '$directory/running/'`$`$; exit 1"
        $machines = 1..9 | ForEach-Object { New-TestMachine $plane "$directory/limited-$_" "limited-$_" $counting }
        $machines | Register-MeshWorkload -ThrottleLimit 3 -ErrorVariable failed -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
        $failed | Should -HaveCount 9
        $counts = [int[]](Get-Content "$directory/counts")
        $counts | Should -HaveCount 9
        ($counts | Measure-Object -Maximum).Maximum | Should -BeLessOrEqual 3
    }
}
