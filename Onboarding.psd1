@{
    RootModule           = 'Onboarding.Cmdlets.dll'
    ModuleVersion        = '0.1.0'
    GUID                 = '6f0f7c3e-6a4d-4c2b-9a51-0d4e3b8f6a17'
    Author               = 'The Onboarding authors'
    CompanyName          = 'The Onboarding authors'
    Copyright            = '(c) The Onboarding authors. Apache License 2.0.'
    Description          = 'Joins workloads that run outside Kubernetes (VMs, containers on ECS, bare metal) to an Istio mesh, says why one was refused, and shows what is there.'
    PowerShellVersion    = '7.6'
    CompatiblePSEditions = @('Core')
    FormatsToProcess     = @('Onboarding.Format.ps1xml', 'Onboarding.Fleet.Format.ps1xml')
    TypesToProcess       = @('Onboarding.Types.ps1xml')
    CmdletsToExport      = @(
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
        'Remove-WorkloadGroupPolicy'
        'Restart-MeshSidecar'
        'Set-WorkloadGroupPolicy'
        'Start-MeshSidecar'
        'Start-OnboardingPlane'
        'Stop-MeshSidecar'
        'Stop-OnboardingPlane'
        'Test-MeshOnboarding'
        'Test-OnboardingConfiguration'
        'Test-WorkloadGroupPolicy'
        'Unregister-MeshWorkload'
    )
    FunctionsToExport    = @()
    VariablesToExport    = @()
    AliasesToExport      = @('Get-MeshOnboarding')
    FileList             = @(
        'LICENSE'
        'Onboarding.Cmdlets.dll'
        'Onboarding.Fleet.Format.ps1xml'
        'Onboarding.Format.ps1xml'
        'Onboarding.Types.ps1xml'
        'Onboarding.psd1'
        'THIRD-PARTY-NOTICES.txt'
        'en-US/Onboarding.Cmdlets.dll-Help.xml'
        'en-US/about_Onboarding.help.txt'
        'en-US/about_Onboarding_Errors.help.txt'
        'lib/Google.Protobuf.dll'
        'lib/Grpc.Core.Api.dll'
        'lib/Grpc.Net.Client.dll'
        'lib/Grpc.Net.Common.dll'
        'lib/Microsoft.Extensions.DependencyInjection.Abstractions.dll'
        'lib/Microsoft.Extensions.Logging.Abstractions.dll'
        'lib/Onboarding.Api.dll'
        'lib/Onboarding.Authorization.dll'
        'lib/Onboarding.BootConfiguration.dll'
        'lib/Onboarding.Client.dll'
        'lib/Onboarding.Connections.dll'
        'lib/Onboarding.Documents.dll'
        'lib/Onboarding.Fleet.dll'
        'lib/Onboarding.Kubernetes.dll'
        'lib/Onboarding.Laptop.dll'
        'lib/Polly.Core.dll'
        'lib/YamlDotNet.dll'
    )
    PrivateData          = @{
        PSData = @{
            Tags         = @('PSEdition_Core', 'Linux', 'MacOS', 'Windows', 'Istio', 'ServiceMesh', 'Kubernetes', 'VirtualMachine')
            ProjectUri   = 'https://onboarding.tetrate.io/'
            LicenseUri   = 'https://www.apache.org/licenses/LICENSE-2.0'
            ReleaseNotes = 'First version. See CHANGELOG.md.'
        }
    }
}
