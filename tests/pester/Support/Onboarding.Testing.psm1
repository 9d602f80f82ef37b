<#
What the module's tests share. Import it in BeforeAll:
    Import-Module $PSScriptRoot/../Support/Onboarding.Testing.psm1
#>
$script:Root = (Resolve-Path "$PSScriptRoot/../../..").Path

function Get-RepositoryRoot {
    $script:Root
}

# The manifest of the module that was built last.
function Get-BuiltManifest {
    Get-ChildItem "$script:Root/artifacts/module/Onboarding/*/Onboarding.psd1" |
        Sort-Object { [version](Split-Path (Split-Path $_) -Leaf) } | Select-Object -Last 1 -ExpandProperty FullName
}

function Import-BuiltModule {
    Import-Module (Get-BuiltManifest) -Global -Force
}

# A directory of its own, gone at the end of the test file that asked: pass it to Remove-TestDirectory in AfterAll.
function New-TestDirectory {
    [System.IO.Directory]::CreateTempSubdirectory('onboarding-pester-').FullName
}

function Remove-TestDirectory {
    param([string] $Path)
    if ($Path) {
        Remove-Item -LiteralPath $Path -Recurse -Force -ErrorAction Ignore
    }
}

# A program of this repository where it was built: Find-BuiltProgram endpoint onboarding-endpoint
function Find-BuiltProgram {
    param([string] $Folder, [string] $Name)
    Get-ChildItem "$script:Root/$Folder/bin/*/net*/$Name" -ErrorAction Ignore |
        Sort-Object LastWriteTime | Select-Object -Last 1 -ExpandProperty FullName
}

# A kubeconfig of nobody's cluster: one that any call to would fail.
function New-Kubeconfig {
    param([string] $Path, [string] $Server = 'https://127.0.0.1:9', [string] $Namespace = 'shop', [string] $Context = 'prod-eu')
    @"
apiVersion: v1
kind: Config
current-context: $Context
clusters:
- name: cluster-of-$Context
  cluster: {server: "$Server"}
users:
- name: me
  user: {token: not-a-real-token}
contexts:
- name: $Context
  context: {cluster: cluster-of-$Context, user: me, namespace: $Namespace}
- name: other
  context: {cluster: cluster-of-$Context, user: me}
"@ | Set-Content -LiteralPath $Path
    $Path
}

# A TCP port of loopback that counts who connects, to prove that nobody does.
function Start-Listener {
    $listener = [System.Net.Sockets.TcpListener]::new([System.Net.IPAddress]::Loopback, 0)
    $listener.Start()
    [pscustomobject]@{ Listener = $listener; Port = $listener.LocalEndpoint.Port } |
        Add-Member -PassThru -MemberType ScriptProperty -Name Calls -Value { [int]$this.Listener.Pending() } |
        Add-Member -PassThru -MemberType ScriptMethod -Name Stop -Value { $this.Listener.Stop() }
}

# What a terminal of that width would show.
function Format-AtWidth {
    param([int] $Width, [Parameter(ValueFromPipeline)] $InputObject)
    begin { $all = [System.Collections.Generic.List[object]]::new() }
    process { $all.Add($InputObject) }
    end { (($all | Out-String -Width $Width) -replace '[ \t]+(\r?\n|$)', '$1').Trim("`r", "`n") }
}

# Runs a script in a fresh pwsh and gives what it printed; for what can be seen in a new process only.
function Invoke-FreshPwsh {
    param([string] $Script)
    $pwsh = [System.Environment]::ProcessPath
    $encoded = [Convert]::ToBase64String([System.Text.Encoding]::Unicode.GetBytes("`$ErrorActionPreference = 'Stop'; `$PSStyle.OutputRendering = 'PlainText'; $Script"))
    & $pwsh -NoProfile -NonInteractive -EncodedCommand $encoded 2>&1 | ForEach-Object { "$_" }
}

Export-ModuleMember -Function *
