# Install-OnboardingPlane, Uninstall-OnboardingPlane and ConvertTo-OnboardingPlane: what they refuse. tests/install has a cluster that runs pods, and
# installs there.
BeforeAll {
    Import-Module $PSScriptRoot/../Support/Onboarding.Testing.psm1
    Import-BuiltModule
    $directory = New-TestDirectory
    $saved = $env:KUBECONFIG, $env:ONBOARDING_ENDPOINT
    $env:ONBOARDING_ENDPOINT = Find-BuiltProgram lab onboarding-lab
    $plane = Start-OnboardingPlane -DataDirectory "$directory/plane" -Port 0
    $env:KUBECONFIG = $plane.KubeConfig
    $controlPlane = "apiVersion: install.tetrate.io/v1alpha1`nkind: ControlPlane`nmetadata: {name: controlplane, namespace: istio-system}`nspec: {meshExpansion: {onboarding: {endpoint: {hosts: [join.example], secretName: join-tls}, nonsense: 1}}}"

    function Set-Object([string] $Manifest) {
        $Manifest | & kubectl create -f - | Out-Null
        $LASTEXITCODE | Should -Be 0
    }
}

AfterAll {
    Stop-OnboardingPlane
    $env:KUBECONFIG, $env:ONBOARDING_ENDPOINT = $saved
    Remove-TestDirectory $directory
}

Describe 'Install-OnboardingPlane' {
    It 'refuses a laptop''s plane, which has no Deployments' {
        { Install-OnboardingPlane join.example -ErrorAction Stop } | Should -Throw -ErrorId 'PrerequisiteMissing,*'
        $Error[0].CategoryInfo.Category | Should -Be 'NotInstalled'
        $Error[0].ErrorDetails.RecommendedAction | Should -Match 'Connect-OnboardingPlane'
        & kubectl -n istio-system get configmap onboarding-inventory --ignore-not-found | Should -BeNullOrEmpty
    }

    It 'refuses what a release of Helm owns' {
        Set-Object 'apiVersion: v1
kind: ServiceAccount
metadata: {name: onboarding-operator, namespace: istio-system, annotations: {meta.helm.sh/release-name: mesh, meta.helm.sh/release-namespace: istio-system}}'
        { Install-OnboardingPlane -ErrorAction Stop } | Should -Throw -ErrorId 'PlaneOwnedByHelm,*'
        $Error[0].ErrorDetails.RecommendedAction | Should -Match 'helm uninstall mesh --namespace istio-system'
        & kubectl -n istio-system delete serviceaccount onboarding-operator | Out-Null
    }

    It 'refuses definitions that are not ours' {
        Set-Object ((Get-Content "$(Get-RepositoryRoot)/deploy/crds/jointokens.yaml" -Raw) -replace 'part-of: onboarding', 'part-of: other')
        { Install-OnboardingPlane -ErrorAction Stop } | Should -Throw -ErrorId 'DefinitionsForeign,*'
        $Error[0].ErrorDetails.RecommendedAction | Should -Match 'ConvertTo-OnboardingPlane'
        & kubectl delete customresourcedefinition jointokens.authorization.onboarding.tetrate.io | Out-Null
    }

    It 'refuses an OnboardingPlane with an error before it asks the cluster' {
        { Install-OnboardingPlane 'https://join.example' -Context none -ErrorAction Stop } | Should -Throw -ErrorId 'ContextNotFound,*'
        { Install-OnboardingPlane 'https://join.example' -ErrorAction Stop } | Should -Throw -ErrorId 'ConfigurationInvalid,*'
        { Install-OnboardingPlane -Path "$directory/none.yaml" -ErrorAction Stop } | Should -Throw -ErrorId 'ConfigurationMissing,*'
    }
}

Describe 'Uninstall-OnboardingPlane' {
    It 'says where the module installed nothing' {
        { Uninstall-OnboardingPlane -Confirm:$false -ErrorAction Stop } | Should -Throw -ErrorId 'InstallationNotFound,*'
        $Error[0].CategoryInfo.Category | Should -Be 'ObjectNotFound'
    }

    It 'refuses while machines are registered, and names them' {
        & kubectl -n istio-system create configmap onboarding-inventory --from-literal=objects= | Out-Null
        & kubectl create namespace shop | Out-Null
        Set-Object 'apiVersion: runtime.onboarding.tetrate.io/v1alpha1
kind: WorkloadAutoRegistration
metadata: {name: cart-vm-1, namespace: shop}
spec: {identity: {jwt: {issuer: https://id.example, subject: a}}, registration: {agent: {version: v1}}}'
        { Uninstall-OnboardingPlane -Confirm:$false -ErrorAction Stop } | Should -Throw -ErrorId 'MembersRegistered,*'
        $Error[0].ErrorDetails.Message | Should -Match 'shop/cart-vm-1'
        & kubectl -n istio-system get configmap onboarding-inventory -o name | Should -Not -BeNullOrEmpty
    }
}

Describe 'ConvertTo-OnboardingPlane' {
    It 'makes an OnboardingPlane of lines, and warns of what it drops' {
        $yaml = $controlPlane -split "`n" | ConvertTo-OnboardingPlane -WarningVariable dropped -WarningAction SilentlyContinue
        $yaml | Should -Match 'kind: OnboardingPlane'
        $yaml | Should -Match 'join.example'
        "$dropped" | Should -Match 'spec.meshExpansion.onboarding.nonsense'
    }

    It 'says where there is nothing to convert' {
        { 'kind: ConfigMap' | ConvertTo-OnboardingPlane -ErrorAction Stop } | Should -Throw -ErrorId 'ControlPlaneMissing,*'
        $Error[0].ErrorDetails.RecommendedAction | Should -Match 'kubectl get controlplanes'
    }
}
