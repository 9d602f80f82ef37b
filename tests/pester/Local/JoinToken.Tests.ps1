# A machine that has nothing yet joins with a token that an operator made: from a file, or from a vault of SecretManagement.
BeforeDiscovery {
    $kinds = @{ Kind = 'SecureString'; Body = '$secure = [securestring]::new(); $text.ToCharArray() | ForEach-Object { $secure.AppendChar($_) }; $secure' },
    @{ Kind = 'String'; Body = '$text' }
}

BeforeAll {
    Import-Module $PSScriptRoot/../Support/Onboarding.Golden.psm1
    Import-Module $PSScriptRoot/../Support/Onboarding.Testing.psm1
    Import-Module $PSScriptRoot/../Support/Onboarding.Machine.psm1
    Import-BuiltModule
    $directory = New-TestDirectory
    $plane = Start-TestPlane $directory
    $WarningPreference = 'SilentlyContinue'
    $join = @{
        Endpoint = $plane.Endpoint; CertificateAuthorityPath = $plane.CertificateAuthorityPath; Namespace = 'bookinfo'; WorkloadGroup = 'ratings'
        # Nothing of the sample's: a machine as it comes.
        AgentConfigurationPath = "$directory/agent.yaml"
    }
    Set-Content "$directory/agent.yaml" "apiVersion: config.agent.onboarding.tetrate.io/v1alpha1`nkind: AgentConfiguration`nsidecar: {command: {path: /bin/false}}"

    # As docs/platforms/join-token.md says: the plane, the policy, then a token for each machine.
    kubectl --kubeconfig $plane.KubeConfig -n istio-system patch onboardingplane onboarding-plane --type merge -p '{"spec":{"workloads":{"authentication":{"joinToken":{}}}}}' | Out-Null
    $null = New-WorkloadGroupPolicy racks -Namespace bookinfo -WorkloadGroup ratings -JoinToken -TokenNamePrefix rack-7-
    function New-Token([string] $Name) {
        & $env:ONBOARDING_ENDPOINT join-token create --kubeconfig $plane.KubeConfig --workload-group bookinfo/ratings --name $Name --expires-in 1h 2>$null
    }

    # A module in the place of Microsoft's: the same name, the same command, a secret of each kind it gives.
    function New-Vault([string] $Body) {
        $root = "$directory/vault-$([guid]::NewGuid().ToString('N'))"
        $module = "$root/Microsoft.PowerShell.SecretManagement"
        $null = New-Item -ItemType Directory $module
        @"
function Get-Secret {
    [CmdletBinding()]
    param([Parameter(Mandatory)] [string] `$Name)
    `$file = "$root/`$Name"
    if (-not (Test-Path `$file)) { throw "The secret `$Name was not found." }
    `$text = (Get-Content -Raw `$file).Trim()
    $Body
}
"@ | Set-Content "$module/Microsoft.PowerShell.SecretManagement.psm1"
        New-ModuleManifest "$module/Microsoft.PowerShell.SecretManagement.psd1" -RootModule Microsoft.PowerShell.SecretManagement.psm1 -FunctionsToExport Get-Secret
        $root
    }

    # Registers in a shell that has these modules; says what came of it, and leaves again.
    function Invoke-Register([string] $Modules, [string] $Parameters) {
        $given = ($join.GetEnumerator() | ForEach-Object { "$($_.Key) = '$($_.Value)'" }) -join '; '
        Invoke-FreshPwsh @"
`$env:PSModulePath = '$Modules' + ':' + `$env:PSModulePath
Import-Module '$(Get-BuiltManifest)'
`$join = @{ $given }
`$w = Register-MeshWorkload @join $Parameters -ErrorVariable failed -ErrorAction SilentlyContinue -WarningAction SilentlyContinue
if (`$w) {
    "joined as `$(`$w.Name)"
    (Get-Item "`$(`$w.StateDirectory)/join-token").UnixMode
    Unregister-MeshWorkload -Local -PropagationDelay 0 -Confirm:`$false
}
`$failed | ForEach-Object { `$_.FullyQualifiedErrorId; `$_.ErrorDetails.Message; `$_.ErrorDetails.RecommendedAction; `$_.CategoryInfo.Category }
"@
    }
}

AfterAll {
    Clear-Session
    Stop-OnboardingPlane
    Remove-TestDirectory $directory
}

Describe 'A join token in a file' {
    BeforeAll {
        New-Token rack-7-01 | Set-Content "$directory/token"
        chmod 600 "$directory/token"
    }

    It 'lets one machine join, under the token''s name' {
        Wait-Until { ($script:joined = Register-MeshWorkload @join -TokenPath "$directory/token" -StateDirectory "$directory/first" -ErrorAction Ignore) }
        $joined.Phase | Should -BeExactly 'Connected'
        $joined.Name | Should -BeExactly 'ratings-join-token-rack-7-01'
        Get-Registration $plane | Should -Be $joined.Name
        (Get-MeshWorkload).Platform | Should -BeExactly 'joinToken'
    }

    It 'is refused to a second machine, which leaves nothing behind' {
        Register-MeshWorkload @join -TokenPath "$directory/token" -StateDirectory "$directory/second" -ErrorVariable failed -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
        $failed[0].FullyQualifiedErrorId | Should -BeExactly 'KeyMismatch,Onboarding.Cmdlets.RegisterMeshWorkloadCommand'
        $failed[0].CategoryInfo.Category | Should -Be 'PermissionDenied'
        $failed[0].ErrorDetails.RecommendedAction | Should -Match 'Get-OnboardingStatus -CorrelationId'
        Get-Registration $plane | Should -HaveCount 1
        Get-ChildItem "$directory/second" -Recurse -File -Include registration.json | Should -BeNullOrEmpty
    }

    It 'lets its own machine back in, which left' {
        Unregister-MeshWorkload -Local -StateDirectory "$directory/first" -PropagationDelay 0 -Confirm:$false
        Get-Registration $plane | Should -BeNullOrEmpty
        (Register-MeshWorkload @join -TokenPath "$directory/token" -StateDirectory "$directory/first").Name | Should -BeExactly $joined.Name
    }

    It 'of another policy''s name admits nobody' {
        New-Token spare-1 | Set-Content "$directory/spare"
        chmod 600 "$directory/spare"
        Register-MeshWorkload @join -TokenPath "$directory/spare" -StateDirectory "$directory/third" -ErrorVariable failed -ErrorAction SilentlyContinue
        $failed[0].FullyQualifiedErrorId | Should -BeExactly 'PolicyDenied,Onboarding.Cmdlets.RegisterMeshWorkloadCommand'
    }
}

Describe 'A join token in a vault that gives a <Kind>' -ForEach $kinds {
    It 'lets the machine join, and is kept for its renewals where only its owner reads' {
        $vault = New-Vault $Body
        New-Token "rack-7-$($Kind.ToLowerInvariant())" | Set-Content "$vault/rack"
        $said = Invoke-Register $vault "-TokenSecretName rack -StateDirectory '$directory/vault-$Kind'"
        $said | Should -Be "joined as ratings-join-token-rack-7-$($Kind.ToLowerInvariant())", '-rw-------'
    }
}

Describe 'A secret that can''t be had' {
    It 'is SecretNotFound in the vault''s own words' {
        $said = Invoke-Register (New-Vault '$text') "-TokenSecretName missing -StateDirectory '$directory/missing'"
        $said[0] | Should -BeExactly 'SecretNotFound,Onboarding.Cmdlets.RegisterMeshWorkloadCommand'
        $said[1] | Confirm-Golden 'a secret that is missing'
        $said[2] | Should -Match '^Get-SecretInfo missing;'
        $said[3] | Should -BeExactly 'ObjectNotFound'
        "$directory/missing" | Should -Not -Exist
    }

    It 'is SecretNotFound where there is no SecretManagement, and says how to install it' {
        $said = Invoke-Register "$directory/no-modules" "-TokenSecretName rack -StateDirectory '$directory/moduleless'"
        $said[0] | Should -BeExactly 'SecretNotFound,Onboarding.Cmdlets.RegisterMeshWorkloadCommand'
        $said[1] | Should -Match 'Microsoft\.PowerShell\.SecretManagement'
        $said[2] | Should -Match 'Install-PSResource Microsoft\.PowerShell\.SecretManagement'
    }

    It 'is SecretNotFound where it is no text' {
        $said = Invoke-Register (New-Vault '[pscredential]::new($text, [securestring]::new())' | ForEach-Object { Set-Content "$_/pair" name; $_ }) "-TokenSecretName pair -StateDirectory '$directory/pair'"
        $said[0] | Should -BeExactly 'SecretNotFound,Onboarding.Cmdlets.RegisterMeshWorkloadCommand'
        $said[1] | Confirm-Golden 'a secret that is no text'
    }

    It 'is not asked of a Get-Secret of somebody else''s' {
        $said = Invoke-FreshPwsh "function Get-Secret { Set-Content '$directory/overheard' `$args }; Import-Module '$(Get-BuiltManifest)'; Register-MeshWorkload -Endpoint localhost:1 -Namespace a -WorkloadGroup b -TokenSecretName rack -StateDirectory '$directory/other' -ErrorVariable e -ErrorAction SilentlyContinue; `$e[0].FullyQualifiedErrorId"
        $said | Should -BeExactly 'SecretNotFound,Onboarding.Cmdlets.RegisterMeshWorkloadCommand'
        "$directory/overheard" | Should -Not -Exist
    }
}
