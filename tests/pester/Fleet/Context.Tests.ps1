BeforeAll {
    Import-Module $PSScriptRoot/../Support/Onboarding.Testing.psm1
    Import-BuiltModule
    $directory = New-TestDirectory
    $saved = $env:KUBECONFIG
    $env:KUBECONFIG = New-Kubeconfig "$directory/kubeconfig"
}

AfterAll {
    $env:KUBECONFIG = $saved
    Remove-TestDirectory $directory
}

Describe 'Get-OnboardingContext' -Tag Compatibility {
    It 'says what the kubeconfig says as long as nothing is connected' {
        $context = Get-OnboardingContext
        $context.Name | Should -BeExactly 'prod-eu'
        $context.Namespace | Should -BeExactly 'shop'
        $context.Cluster | Should -BeExactly 'cluster-of-prod-eu'
        $context.Source | Should -BeExactly 'kubeconfig'
        $context.Current | Should -BeTrue
    }

    It 'lists the contexts there are and marks the one in force' {
        $all = Get-OnboardingContext -ListAvailable
        $all.Name | Should -Be 'other', 'prod-eu'
        ($all | Where-Object Current).Name | Should -Be 'prod-eu'
    }

    It 'says what to do where there is no kubeconfig' {
        $env:KUBECONFIG = "$directory/none"
        try {
            { Get-OnboardingContext } | Should -Throw -ErrorId 'ContextNotFound,Onboarding.Cmdlets.GetOnboardingContextCommand'
            $Error[0].ErrorDetails.RecommendedAction | Should -Match 'Get-OnboardingContext -ListAvailable'
            $Error[0].CategoryInfo.Category | Should -Be 'ObjectNotFound'
        } finally {
            $env:KUBECONFIG = "$directory/kubeconfig"
        }
    }
}
