# Every reason code a plane can give, as the error of the cmdlet that asked it.
BeforeDiscovery {
    $root = (Resolve-Path "$PSScriptRoot/../../..").Path
    # The codes that are no decision come as other statuses; see the endpoint's Refuse.
    $status = @{
        INTERNAL = 'Internal'; RATE_LIMITED = 'ResourceExhausted'; PLANE_NOT_READY = 'Unavailable'; KUBERNETES_UNAVAILABLE = 'Unavailable'
        ISSUER_UNAVAILABLE = 'Unavailable'; PLANE_NOT_PERMITTED = 'Unavailable'; RECORD_CONFLICT = 'Unavailable'; BOOT_CONFIGURATION_UNAVAILABLE = 'Unavailable'
    }
    $named = @{ NOT_AUTHORIZED = 'PolicyDenied'; INTERNAL = 'PlaneFailed' }
    $reasons = Select-String "$root/api/Reasons.cs" -Pattern 'const string \w+ = "([A-Z0-9_]+)"' | ForEach-Object {
        $code = $_.Matches[0].Groups[1].Value
        @{
            Reason = $code
            Status = $status[$code] ?? 'PermissionDenied'
            Id     = $named[$code] ?? -join ($code -split '_' | ForEach-Object { $_.Substring(0, 1) + $_.Substring(1).ToLowerInvariant() })
        }
    }
}

BeforeAll {
    Import-Module $PSScriptRoot/../Support/Onboarding.Testing.psm1
    Import-Module $PSScriptRoot/../Support/Onboarding.Machine.psm1
    Import-Module $PSScriptRoot/../Support/Onboarding.ScriptedPlane.psm1
    Import-BuiltModule
    $directory = New-TestDirectory
    $plane = Start-ScriptedPlane "$directory/plane"
    $join = $plane.Join
    $WarningPreference = 'SilentlyContinue'
}

AfterAll {
    Clear-Session
    $plane.Stop()
    Remove-TestDirectory $directory
}

Describe 'A plane that says <Reason>' -ForEach $reasons {
    It 'is the error <Id> about the group, with what it said and what finds its decision' {
        Set-Script $plane (New-Refusal AuthorizeOnboarding $Status $Reason 'own words')
        Register-MeshWorkload @join -StateDirectory "$directory/$Reason" -ErrorVariable failed -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
        $failed | Should -HaveCount 1
        $failed[0].FullyQualifiedErrorId | Should -BeExactly "$Id,Onboarding.Cmdlets.RegisterMeshWorkloadCommand"
        $failed[0].TargetObject | Should -BeExactly 'bookinfo/ratings'
        $failed[0].Exception.CorrelationId | Should -BeExactly 'corr-1'
        "$($failed[0])" | Should -Match "^\[$Id\] .*Correlation id corr-1\.$"
        if ($Status -eq 'PermissionDenied') {
            $failed[0].CategoryInfo.Category | Should -Be 'PermissionDenied'
            $failed[0].ErrorDetails.RecommendedAction | Should -Match 'Get-OnboardingStatus -CorrelationId corr-1$'
            "$($failed[0])" | Should -Match ($Reason -eq 'NOT_AUTHORIZED' ? 'in namespace bookinfo' : 'own words')
        } else {
            $failed[0].CategoryInfo.Category | Should -Be 'ResourceUnavailable'
            $failed[0].ErrorDetails.RecommendedAction | Should -Match ($Reason -eq 'BOOT_CONFIGURATION_UNAVAILABLE' ? 'logs deployment/istiod' : 'the plane''s log')
            "$($failed[0])" | Should -Match "${Reason}: own words"
        }
    }
}

Describe 'A refusal at <Call>' -ForEach @(
    @{ Call = 'GetPlane'; Reason = 'RATE_LIMITED'; Status = 'ResourceExhausted'; Id = 'RateLimited' }
    @{ Call = 'RegisterWorkload'; Reason = 'NAME_CONFLICT'; Status = 'FailedPrecondition'; Id = 'NameConflict' }
    @{ Call = 'Connect'; Reason = 'SESSION_REPLACED'; Status = 'Aborted'; Id = 'SessionReplaced' }
    @{ Call = 'Connect'; Reason = 'BOOT_CONFIGURATION_UNAVAILABLE'; Status = 'Unavailable'; Id = 'BootConfigurationUnavailable' }
) {
    It 'fails the join as <Id>, and what was registered is taken back' {
        Set-Script $plane (New-Refusal $Call $Status $Reason)
        Register-MeshWorkload @join -StateDirectory "$directory/$Call-$Id" -ErrorVariable failed -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
        $failed[0].FullyQualifiedErrorId | Should -BeExactly "$Id,Onboarding.Cmdlets.RegisterMeshWorkloadCommand"
        ($plane.Calls -contains 'UnregisterWorkload') | Should -Be ($Call -eq 'Connect')
    }
}
