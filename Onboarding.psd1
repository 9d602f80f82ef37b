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
    FormatsToProcess       = @('Onboarding.Format.ps1xml')
    TypesToProcess         = @('Onboarding.Types.ps1xml')
    CmdletsToExport        = @(
        'Connect-OnboardingPlane'
        'Disconnect-OnboardingPlane'
        'Get-MeshSidecar'
        'Get-OnboardingContext'
        'Get-OnboardingStatus'
        'Register-MeshWorkload'
        'Restart-MeshSidecar'
        'Start-MeshSidecar'
        'Stop-MeshSidecar'
        'Start-OnboardingPlane'
        'Stop-OnboardingPlane'
    )
    FunctionsToExport      = @()
    VariablesToExport      = @()
    AliasesToExport        = @()
}
