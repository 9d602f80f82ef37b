<#
A plane that does what a test says, for answers that a sound plane doesn't give. Import it in BeforeAll:
    Import-Module $PSScriptRoot/../Support/Onboarding.ScriptedPlane.psm1
#>
[Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseShouldProcessForStateChangingFunctions', '', Justification = 'Tests ask nobody.')]
param()

Import-Module $PSScriptRoot/Onboarding.Testing.psm1
Import-Module $PSScriptRoot/Onboarding.Machine.psm1

# Listens on loopback. What it does is said with Set-Script; it ends with its Stop(), or with this process.
function Start-ScriptedPlane {
    param([string] $Directory, [switch] $Expired)
    $null = New-Item -ItemType Directory $Directory -Force
    $start = [System.Diagnostics.ProcessStartInfo]::new((Find-BuiltProgram tests/scripted-plane scripted-plane))
    $start.ArgumentList.Add($Directory)
    if ($Expired) {
        $start.ArgumentList.Add('--expired')
    }

    $start.RedirectStandardInput = $true
    $start.RedirectStandardOutput = $true
    $process = [System.Diagnostics.Process]::Start($start)
    $ready = $process.StandardOutput.ReadLine() | ConvertFrom-Json
    # A plugin whose credential no one looks at.
    $plugin = New-Script "$Directory/plugin" @'
cat > /dev/null
echo '{"credential":{"@type":"type.googleapis.com/onboarding.v1alpha1.JwtCredential","token":"a.b.c"},"expiresAt":"2099-01-01T00:00:00Z"}'
'@
    [pscustomobject]@{
        Directory = $Directory
        Process   = $process
        # What Register-MeshWorkload takes; the state directory is the test's.
        Join      = @{
            Endpoint                 = $ready.endpoint
            Namespace                = 'bookinfo'
            WorkloadGroup            = 'ratings'
            CertificateAuthorityPath = "$Directory/ca.pem"
            CredentialPlugin         = $plugin
        }
    } | Add-Member -PassThru -MemberType ScriptMethod -Name Stop -Value {
        $this.Process.Kill()
        $this.Process.WaitForExit()
    } | Add-Member -PassThru -MemberType ScriptProperty -Name Calls -Value {
        @(Get-Content -LiteralPath "$($this.Directory)/calls" -ErrorAction Ignore)
    }
}

# What the plane does from now on; without a script it admits, and sends no boot configuration. See tests/scripted-plane/Script.cs.
function Set-Script {
    param($Plane, [hashtable] $Script = @{})
    Remove-Item -LiteralPath "$($Plane.Directory)/calls" -ErrorAction Ignore
    $Script | ConvertTo-Json -Depth 6 | Set-Content -LiteralPath "$($Plane.Directory)/script.new"
    Move-Item -LiteralPath "$($Plane.Directory)/script.new" "$($Plane.Directory)/script.json" -Force
}

# A script that refuses one call.
function New-Refusal {
    param([string] $Call, [string] $Code, [string] $Reason, [string] $Message = 'as the script says')
    $refusal = @{ code = $Code; message = $Message }
    if ($Reason) {
        $refusal.reason = $Reason
    }

    @{ refuse = @{ $Call = $refusal } }
}

Export-ModuleMember -Function *
