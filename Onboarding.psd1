@{
    RootModule             = 'Onboarding.Cmdlets.dll'
    ModuleVersion          = '0.1.0'
    GUID                   = '6f0f7c3e-6a4d-4c2b-9a51-0d4e3b8f6a17'
    Author                 = 'The Onboarding authors'
    CompanyName            = 'The Onboarding authors'
    Copyright              = '(c) The Onboarding authors. Apache License 2.0.'
    Description            = 'Joins workloads that run outside Kubernetes (VMs, containers on ECS, bare metal) to an Istio mesh, says why one was refused, and shows what is there.'
    PowerShellVersion      = '7.6'
    CompatiblePSEditions   = @('Core')
    FormatsToProcess       = @('Onboarding.Format.ps1xml', 'Onboarding.Fleet.Format.ps1xml')
    TypesToProcess         = @('Onboarding.Types.ps1xml')
    CmdletsToExport        = @(
        'Connect-OnboardingPlane'
        'Disconnect-OnboardingPlane'
        'Export-MeshBootConfiguration'
        'Get-MeshSidecar'
        'Get-MeshWorkload'
        'Get-OnboardingContext'
        'Get-OnboardingStatus'
        'Get-WorkloadGroupPolicy'
        'New-OnboardingConfiguration'
        'New-WorkloadGroupPolicy'
        'Register-MeshWorkload'
        'Restart-MeshSidecar'
        'Start-MeshSidecar'
        'Start-OnboardingPlane'
        'Stop-MeshSidecar'
        'Stop-OnboardingPlane'
        'Test-MeshOnboarding'
        'Test-OnboardingConfiguration'
        'Unregister-MeshWorkload'
    )
    FunctionsToExport      = @()
    VariablesToExport      = @()
    AliasesToExport        = @('Get-MeshOnboarding')
}
