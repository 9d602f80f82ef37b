BeforeAll {
    Import-Module $PSScriptRoot/../Support/Onboarding.Golden.psm1
    Import-Module $PSScriptRoot/../Support/Onboarding.Testing.psm1
    Import-Module $PSScriptRoot/../Support/Onboarding.Machine.psm1
    Import-BuiltModule
    $directory = New-TestDirectory
    $plane = Start-TestPlane $directory
    New-TestPolicy
    $WarningPreference = 'SilentlyContinue'
    $name = 'ratings-jwt-demo--laptop'
}

AfterAll {
    Clear-Session
    Stop-OnboardingPlane
    Remove-TestDirectory $directory
}

Describe 'A machine that an operator takes out' {
    It 'is told, and stays out' {
        $null = $plane | Register-MeshWorkload
        $said = Unregister-MeshWorkload $name -Namespace bookinfo -Reason 'kernel update' -Confirm:$false -Verbose 4>&1
        "$said" | Confirm-Golden 'a machine taken out'
        Get-Registration $plane | Should -BeNullOrEmpty
        Wait-Until { (Get-OnboardingStatus -StateDirectory $plane.StateDirectory).Phase -eq 'Out' }
    }

    It 'is refused when it comes back, and told how to come back all the same' {
        # As after a reboot: no one remembers but the plane.
        Clear-Session
        $plane | Register-MeshWorkload -ErrorVariable failed -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
        $failed[0].FullyQualifiedErrorId | Should -BeExactly 'StayOut,Onboarding.Cmdlets.RegisterMeshWorkloadCommand'
        $failed[0].ErrorDetails.Message | Confirm-Golden 'a machine that comes back'
        $failed[0].ErrorDetails.RecommendedAction | Should -Match '^To rejoin: Register-MeshWorkload -Force\. '
        Get-Registration $plane | Should -BeNullOrEmpty
    }

    It 'comes back with -Force, and then as before' {
        ($plane | Register-MeshWorkload -Force).Phase | Should -BeExactly 'Connected'
        Clear-Session
        ($plane | Register-MeshWorkload).Phase | Should -BeExactly 'Connected'
    }

    It 'comes back when an operator lets it' {
        Unregister-MeshWorkload $name -Namespace bookinfo -Confirm:$false
        Clear-Session
        $said = Unregister-MeshWorkload $name -Namespace bookinfo -Rejoin -Confirm:$false -Verbose 4>&1
        "$said" | Confirm-Golden 'a machine that may come back'
        # The plane sees that it may a moment later.
        Wait-Until { ($script:back = $plane | Register-MeshWorkload -ErrorAction Ignore) }
        $back.Phase | Should -BeExactly 'Connected'
    }

    It 'can''t be let back twice' {
        Unregister-MeshWorkload nobody -Namespace bookinfo -Rejoin -Confirm:$false -ErrorVariable failed -ErrorAction SilentlyContinue
        $failed[0].FullyQualifiedErrorId | Should -BeExactly 'MeshWorkloadNotFound,Onboarding.Cmdlets.UnregisterMeshWorkloadCommand'
    }
}
