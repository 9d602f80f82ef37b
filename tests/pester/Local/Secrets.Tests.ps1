# What is left of a secret where people look and where shells keep what they saw: nothing.
BeforeAll {
    Import-Module $PSScriptRoot/../Support/Onboarding.Testing.psm1
    Import-Module $PSScriptRoot/../Support/Onboarding.Machine.psm1
    Import-BuiltModule
    $directory = New-TestDirectory
    $plane = Start-TestPlane $directory
    # Marked, so that any piece of it is found anywhere.
    $mark = 'MARKEDSECRET' + [guid]::NewGuid().ToString('N')

    # A vault in the place of Microsoft's, which keeps a join token.
    $vault = "$directory/modules/Microsoft.PowerShell.SecretManagement"
    $null = New-Item -ItemType Directory $vault
    @"
function Get-Secret {
    [CmdletBinding()]
    param([string] `$Name)
    Set-Content '$directory/asked' `$Name
    `$secret = [securestring]::new()
    foreach (`$c in '$mark'.ToCharArray()) { `$secret.AppendChar(`$c) }
    `$secret
}
"@ | Set-Content "$vault/Microsoft.PowerShell.SecretManagement.psm1"
    New-ModuleManifest "$vault/Microsoft.PowerShell.SecretManagement.psd1" -RootModule Microsoft.PowerShell.SecretManagement.psm1 -FunctionsToExport Get-Secret

    # A plugin that hands out a credential which no one signed, and one whose answer is only half of it.
    $credential = '{"credential":{"@type":"type.googleapis.com/onboarding.v1alpha1.JwtCredential","token":"eyJMARK.eyJMARK.MARK"},"expiresAt":"2099-01-01T00:00:00Z"}'.Replace('MARK', $mark)
    $plugin = New-Script "$directory/plugin" "cat > /dev/null; touch '$directory/called'; echo '$credential'"
    $half = New-Script "$directory/half" "cat > /dev/null; echo '$($credential.TrimEnd('}'))'"
    Set-Content "$directory/token" $mark
    chmod 600 "$directory/token"

    # Typed, line by line: that is what fills a history.
    $plain = "-Endpoint $($plane.Endpoint) -CertificateAuthorityPath '$($plane.CertificateAuthorityPath)' -Namespace bookinfo -WorkloadGroup ratings"
    $typed = @(
        "`$env:PSModulePath = '$directory/modules' + ':' + `$env:PSModulePath"
        "Import-Module '$(Get-BuiltManifest)'"
        "`$PSStyle.OutputRendering = 'PlainText'"
        "Start-Transcript '$directory/transcript' -IncludeInvocationHeader"
        "`$VerbosePreference = 'Continue'; `$DebugPreference = 'Continue'"
        "Register-MeshWorkload $plain -TokenSecretName rack-7 -StateDirectory '$directory/vault'"
        "Register-MeshWorkload $plain -TokenPath '$directory/token' -StateDirectory '$directory/file'"
        "Register-MeshWorkload $plain -CredentialPlugin '$plugin' -StateDirectory '$directory/plugged'"
        "Register-MeshWorkload $plain -CredentialPlugin '$half' -StateDirectory '$directory/half-answered'"
        "Test-MeshOnboarding $plain -CredentialPlugin '$plugin' -StateDirectory '$directory/checked' | Format-List *"
        "`$VerbosePreference = `$DebugPreference = 'SilentlyContinue'"
        'Get-Error -Newest 10'
        '$Error | Format-List * -Force'
        '$Error | ForEach-Object FullyQualifiedErrorId'
        "Get-History | Format-List * | Out-String -Width 4096 | Set-Content '$directory/history'"
        'Stop-Transcript'
    ) -join "`n"
    $screen = ($typed | & (Get-PwshPath) -NoProfile -NonInteractive -Command - 2>&1 | Out-String -Width 4096)
}

AfterAll {
    Stop-OnboardingPlane
    Remove-TestDirectory $directory
}

Describe 'Case56: a token that the plane refused' {
    It 'had been read from the vault, the file and the plugin' {
        Get-Content "$directory/asked" | Should -BeExactly 'rack-7'
        "$directory/called" | Should -Exist
        @([regex]::Matches($screen, '(?m)^\w+,Onboarding\.Cmdlets\.RegisterMeshWorkloadCommand')) | Should -HaveCount 4
    }

    It 'is not on the screen, with -Verbose, debug lines and Get-Error' {
        $screen | Should -Match 'VERBOSE: .*connected to'
        $screen | Should -Match 'Recommendation: '
        $screen | Should -Not -Match $mark
    }

    It 'is not in the transcript' {
        $transcript = Get-Content -Raw "$directory/transcript"
        $transcript | Should -Match 'Register-MeshWorkload .*-TokenSecretName rack-7'
        $transcript | Should -Match 'connected to'
        $transcript | Should -Not -Match $mark
    }

    It 'is not in the history' {
        $history = Get-Content -Raw "$directory/history"
        $history | Should -Match '-TokenSecretName rack-7'
        $history | Should -Not -Match $mark
    }
}
