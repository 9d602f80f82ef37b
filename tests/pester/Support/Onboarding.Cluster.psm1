<#
A cluster that answers what a test says, for answers that a sound cluster doesn't give. Import it in BeforeAll:
    Import-Module $PSScriptRoot/../Support/Onboarding.Cluster.psm1
#>
[Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseShouldProcessForStateChangingFunctions', '', Justification = 'Tests ask nobody.')]
param()

Import-Module $PSScriptRoot/Onboarding.Testing.psm1
Import-Module $PSScriptRoot/Onboarding.Machine.psm1

# Listens on loopback and writes a kubeconfig for itself. What it answers is said with Set-Answer; end it with its Stop().
function Start-FakeCluster {
    param([string] $KubeConfig)
    $listener = [System.Net.HttpListener]::new()
    $port = Get-FreePort
    $listener.Prefixes.Add("http://127.0.0.1:$port/")
    $listener.Start()
    $answers = [hashtable]::Synchronized(@{})
    $shell = [powershell]::Create().AddScript({
            param($Listener, $Answers)
            while ($Listener.IsListening) {
                try {
                    $context = $Listener.GetContext()
                } catch {
                    return
                }

                $path = $context.Request.Url.AbsolutePath
                $which = @($Answers.Keys | Where-Object { $_ -ne '' -and $path -match $_ }) + '' | Select-Object -First 1
                $bytes = [System.Text.Encoding]::UTF8.GetBytes($Answers[$which].Body)
                $context.Response.StatusCode = $Answers[$which].Code
                $context.Response.ContentType = 'application/json'
                $context.Response.OutputStream.Write($bytes)
                $context.Response.Close()
            }
        }).AddArgument($listener).AddArgument($answers)
    $null = $shell.BeginInvoke()
    [pscustomobject]@{
        Listener   = $listener
        Answers    = $answers
        Shell      = $shell
        KubeConfig = New-Kubeconfig $KubeConfig -Server "http://127.0.0.1:$port"
    } | Add-Member -PassThru -MemberType ScriptMethod -Name Stop -Value {
        $this.Listener.Close()
        $this.Shell.Dispose()
    }
}

# The answer to every call, or to those whose path matches: a Status with that reason, or any body.
function Set-Answer {
    param($Cluster, [int] $Code, [string] $Reason, [string] $Path = '', [string] $Body)
    if (-not $Body) {
        $Body = @{ apiVersion = 'v1'; kind = 'Status'; status = 'Failure'; code = $Code; reason = $Reason; message = "the cluster says $Reason" } | ConvertTo-Json
    }

    $Cluster.Answers[$Path] = @{ Code = $Code; Body = $Body }
}

Export-ModuleMember -Function *
