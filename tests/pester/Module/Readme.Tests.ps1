# The README shows what is printed, as it is printed: each of its commands is typed again, in a real shell on a terminal.
BeforeDiscovery {
    Import-Module $PSScriptRoot/../Support/Onboarding.Transcript.psm1
    $number = 0
    $commands = Get-Transcript "$PSScriptRoot/../../../README.md" PowerShell | ForEach-Object { @{ Number = $number++; Code = $_.Code; Output = @($_.Output) } }
}

BeforeAll {
    Import-Module $PSScriptRoot/../Support/Onboarding.Testing.psm1
    Import-Module $PSScriptRoot/../Support/Onboarding.Transcript.psm1
    $directory = New-TestDirectory
    $saved = $env:ONBOARDING_ENDPOINT
    $env:ONBOARDING_ENDPOINT = Find-BuiltProgram lab onboarding-lab
}

AfterAll {
    $env:ONBOARDING_ENDPOINT = $saved
    Remove-TestDirectory $directory
}

Describe 'The transcript of the README' -ForEach @{ Commands = $commands } {
    BeforeAll {
        $printed = @(Invoke-Transcript $Commands.Code -UserHome $directory -Location (Get-RepositoryRoot))
    }

    It 'has the story: from a plane to a member that leaves' {
        $Commands.Count | Should -BeGreaterThan 12
        "$($Commands.Code)" | Should -Match 'Start-OnboardingPlane.*Register-MeshWorkload.*New-WorkloadGroupPolicy.*Start-MeshSidecar.*Unregister-MeshWorkload.*Stop-OnboardingPlane'
    }

    It 'prints what it shows: <Code>' -ForEach $commands {
        Get-Shape $printed[$Number] -UserHome $directory | Should -BeExactly (Get-Shape $Output) -Because ($printed[$Number] -join "`n")
    }
}
