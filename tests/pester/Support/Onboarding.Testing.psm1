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

# The plane as people get it, a .NET tool: packs the one that was built, installs it below a directory and gives its path.
function Install-LabTool {
    param([string] $Directory)
    $built = Find-BuiltProgram lab onboarding-lab
    $configuration = Split-Path (Split-Path (Split-Path $built)) -Leaf
    $said = & dotnet pack "$script:Root/lab" --configuration $configuration --no-build --nologo --output "$Directory/packages" -nodeReuse:false 2>&1
    if ($LASTEXITCODE -ne 0) {
        throw "dotnet pack failed: $($said -join "`n")"
    }

    $said = & dotnet tool install Onboarding.Lab --tool-path "$Directory/tools" --source "$Directory/packages" --prerelease 2>&1
    if ($LASTEXITCODE -ne 0) {
        throw "dotnet tool install failed: $($said -join "`n")"
    }

    "$Directory/tools/onboarding-lab"
}

# A kubeconfig of no one's cluster: one that any call to would fail.
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

# A TCP port of loopback that counts who connects, to prove that no one does.
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

# The program to start another PowerShell by. The process's own is dotnet where PowerShell is a .NET tool.
function Get-PwshPath { (Get-Command pwsh -CommandType Application)[0].Source }

# Runs a script in a fresh pwsh and gives what it printed; for what can be seen in a new process only.
function Invoke-FreshPwsh {
    param([string] $Script)
    $pwsh = Get-PwshPath
    $encoded = [Convert]::ToBase64String([System.Text.Encoding]::Unicode.GetBytes("`$ErrorActionPreference = 'Stop'; `$PSStyle.OutputRendering = 'PlainText'; $Script"))
    & $pwsh -NoProfile -NonInteractive -EncodedCommand $encoded 2>&1 | ForEach-Object { "$_" }
}

# Waits for what happens elsewhere; fails after that many seconds.
# The limit is for what will never be: what is late on a busy machine isn't wrong.
function Wait-Until {
    param([scriptblock] $Condition, [int] $Seconds = 180)
    $until = [DateTime]::UtcNow.AddSeconds($Seconds)
    while (-not (& $Condition)) {
        if ([DateTime]::UtcNow -gt $until) {
            throw "Not within $Seconds s: $Condition"
        }

        Start-Sleep -Milliseconds 50
    }
}

# Applies manifests the way people do.
function Invoke-Apply {
    param([string] $KubeConfig, [string] $Manifest)
    $Manifest | & kubectl --kubeconfig $KubeConfig apply --validate=false -f - | Out-Null
    if ($LASTEXITCODE -ne 0) {
        throw "kubectl apply failed for: $Manifest"
    }
}

# Three members of bookinfo/ratings whose agents are elsewhere: two never connected, one was lost.
function New-BookinfoMember {
    param([string] $KubeConfig)
    $group = & kubectl --kubeconfig $KubeConfig -n bookinfo get workloadgroup ratings -o jsonpath='{.metadata.uid}'
    $members = @(
        @{ Name = 'jwt-demo--vm-1'; Address = '10.0.0.1'; Version = 'v1'; Identity = '{jwt: {issuer: "https://demo.localhost", subject: vm-1, attributes: {role: ratings}}}' }
        @{ Name = 'jwt-demo--vm-2'; Address = '10.0.0.2'; Version = 'v2'; Identity = '{jwt: {issuer: "https://demo.localhost", subject: vm-2, attributes: {role: ratings}}}' }
        @{ Name = 'aws-aws-123456789012-eu-west-1a-ec2-i-0abc'; Address = '10.0.0.3'; Version = 'v1'
            Identity = '{aws: {partition: aws, account: "123456789012", region: eu-west-1, zone: eu-west-1a, ec2: {instanceId: i-0abc}}}' }
    )
    foreach ($member in $members) {
        Invoke-Apply $KubeConfig @"
apiVersion: runtime.onboarding.tetrate.io/v1alpha1
kind: WorkloadAutoRegistration
metadata:
  name: ratings-$($member.Name)
  namespace: bookinfo
  ownerReferences: [{apiVersion: networking.istio.io/v1, kind: WorkloadGroup, name: ratings, uid: $group}]
spec:
  identity: $($member.Identity)
  registration:
    agent: {version: v0.1.0}
    sidecar: {istio: {version: 1.26.0}}
    host: {addresses: [{ip: $($member.Address), type: VPC}]}
"@
        $uid = & kubectl --kubeconfig $KubeConfig -n bookinfo get war "ratings-$($member.Name)" -o jsonpath='{.metadata.uid}'
        Invoke-Apply $KubeConfig @"
apiVersion: networking.istio.io/v1
kind: WorkloadEntry
metadata:
  name: ratings-$($member.Name)
  namespace: bookinfo
  labels: {app: ratings, version: $($member.Version)}
  ownerReferences: [{apiVersion: runtime.onboarding.tetrate.io/v1alpha1, kind: WorkloadAutoRegistration, name: ratings-$($member.Name), uid: $uid}]
spec:
  address: $($member.Address)
  labels: {app: ratings, version: $($member.Version)}
  serviceAccount: bookinfo-ratings
"@
    }

    $now = [DateTime]::UtcNow.ToString('yyyy-MM-ddTHH:mm:ssZ')
    $status = @{ status = @{
            conditions = @(
                @{ type = 'AgentConnected'; status = 'False'; reason = 'AgentConnectionLost'; lastTransitionTime = $now }
                @{ type = 'SidecarReady'; status = 'Unknown'; reason = 'AgentConnectionLost'; lastTransitionTime = $now }
            )
            session    = @{ epoch = 1; endedAt = $now }
        }
    } | ConvertTo-Json -Depth 6 -Compress
    & kubectl --kubeconfig $KubeConfig -n bookinfo patch war ratings-jwt-demo--vm-1 --subresource status --type merge -p $status | Out-Null
}

# A refusal as the plane writes it down.
function New-RefusalEvent {
    param([string] $KubeConfig)
    $now = [DateTime]::UtcNow.ToString('yyyy-MM-ddTHH:mm:ssZ')
    Invoke-Apply $KubeConfig @"
apiVersion: v1
kind: Event
metadata:
  name: ratings.refused.1
  namespace: bookinfo
  annotations:
    events.onboarding.tetrate.io/correlation-ids: '["7f3c-91ab","11aa-22bb"]'
    events.onboarding.tetrate.io/reason: NOT_AUTHORIZED
    events.onboarding.tetrate.io/identity: '{"jwt":{"issuer":"https://demo.localhost","subject":"laptop","attributes":{"role":"ratings"}}}'
    events.onboarding.tetrate.io/instance: jwt-demo--laptop
    events.onboarding.tetrate.io/explanation: 0 policies in bookinfo; deny is the default.
    events.onboarding.tetrate.io/remediation: New-WorkloadGroupPolicy ratings -Namespace bookinfo -WorkloadGroup ratings -Jwt -Issuer https://demo.localhost -Attribute @{ role = 'ratings' }
involvedObject: {apiVersion: networking.istio.io/v1, kind: WorkloadGroup, name: ratings, namespace: bookinfo}
type: Warning
reason: OnboardingRefused
message: jwt-demo--laptop was refused
firstTimestamp: "$now"
lastTimestamp: "$now"
count: 3
"@
}

Export-ModuleMember -Function *
