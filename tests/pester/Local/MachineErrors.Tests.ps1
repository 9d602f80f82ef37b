# What can go wrong on the machine, each under its error id. What a sound plane and a sound machine don't do is done by a script.
BeforeDiscovery {
    # What is in the way of joining the plane of the script, and how each is called.
    $joins = @(
        @{ Id = 'ConfigurationUnreadable'; Category = 'PermissionDenied'; Parameters = { @{ ConfigurationPath = $directory } } }
        @{ Id = 'StateDirectoryUnwritable'; Category = 'PermissionDenied'; Parameters = { $join + @{ StateDirectory = "$directory/file/below" } } }
        @{ Id = 'AgentKeyUnusable'; Parameters = { Set-AgentKey key 'no key'; $join + @{ StateDirectory = "$directory/key" } } }
        @{ Id = 'EndpointUnreachable'; Category = 'ConnectionError'; Script = { New-Refusal GetPlane Unavailable }; Parameters = { $join } }
        @{ Id = 'CertificateExpired'; Category = 'AuthenticationError'; Parameters = { $expired.Join } }
        @{ Id = 'TransportNotVerified'; Script = { @{ verifiedOnly = $true } }; Parameters = { New-UnverifiedJoin } }
        @{ Id = 'ClockOff'; Script = { @{ clockOffsetSeconds = 3600 } }; Parameters = { $join } }
        @{ Id = 'PlaneRefused'; Category = 'PermissionDenied'; Script = { New-Refusal AuthorizeOnboarding PermissionDenied }; Parameters = { $join } }
        @{ Id = 'PlaneFailed'; Category = 'ResourceUnavailable'; Script = { New-Refusal AuthorizeOnboarding Internal }; Parameters = { $join } }
        @{ Id = 'PlaneFailed'; Category = 'ResourceUnavailable'; Script = { @{ serverTimeSeconds = 253402300800 } }; Parameters = { $join } }
        @{ Id = 'RegistrationGone'; Script = { @{ gone = @{ reason = 'REGISTRATION_DELETED' } } }; Parameters = { $join } }
        @{ Id = 'NoCredential'; Category = 'AuthenticationError'; Parameters = { New-AgentJoin ('credential: [{{plugin: {{name: one, path: {0}/no-1}}}}, {{plugin: {{name: two, path: {0}/no-2}}}}]' -f $directory) } }
        @{ Id = 'MetadataUnreachable'; Script = { @{ credentialTypes = @($gcpType) } }; Parameters = { $env:GCE_METADATA_HOST = "127.0.0.1:$(Get-FreePort)"; New-AgentJoin 'credential: [{gcp: {}}]' } }
        @{ Id = 'MetadataRefused'; Script = { @{ credentialTypes = @($gcpType) } }; Parameters = { $env:GCE_METADATA_HOST = $metadata.KubeConfigHost; New-AgentJoin 'credential: [{gcp: {}}]' } }
        @{ Id = 'CredentialNotAccepted'; Parameters = { New-AgentJoin 'credential: [{gcp: {}}]' } }
        @{ Id = 'CredentialFileUnusable'; Script = { @{ credentialTypes = @($tokenType) } }; Parameters = { New-JoinWithout CredentialPlugin @{ TokenPath = "$directory/no-token" } } }
        @{ Id = 'WorkloadApiFailed'; Script = { @{ credentialTypes = $spiffeTypes } }; Parameters = { New-AgentJoin "credential: [{spiffe: {workloadApi: 'unix://$directory/no.sock'}}]" } }
        @{ Id = 'PluginTimeout'; Category = 'OperationTimeout'; Parameters = { New-AgentJoin "credential: [{plugin: {name: slow, path: $(New-Script "$directory/slow" 'exec sleep 60')}}]" '{connection: {timeout: 0.2s}}' } }
        @{ Id = 'PluginAnswerInvalid'; Category = 'InvalidData'; Parameters = { New-PluginJoin 'echo no JSON' } }
        @{ Id = 'PluginAnswerTooLarge'; Parameters = { New-PluginJoin 'head -c 2000000 /dev/zero' } }
        @{ Id = 'PluginCredentialUnknown'; Parameters = { New-PluginJoin 'echo ''{"credential":{"@type":"type.googleapis.com/elsewhere.Credential"},"expiresAt":"2099-01-01T00:00:00Z"}''' } }
        @{ Id = 'HostAddressMissing'; Parameters = { New-AgentJoin "credential: [{plugin: {name: good, path: $($join.CredentialPlugin)}}], hostinfo: {basic: {networkInterfaces: {include: [nothing0]}}}" } }
        @{ Id = 'BootConfigurationIncomplete'; Script = { @{ boots = @(@{ generation = 1; clusterEnv = '' }) } }; Parameters = { $join } }
        @{ Id = 'BootConfigurationUnsafe'; Script = { @{ boots = @(@{ generation = 1; clusterEnv = 'X=$(id)' }) } }; Parameters = { $join } }
        @{ Id = 'BootConfigurationNotWritten'; Script = { @{ boots = @(@{ generation = 1 }) } }; Parameters = { (New-PluginJoin "rmdir $boot; echo in the way > $boot; echo | $($join.CredentialPlugin)") + @{ StateDirectory = "$directory/blocked" } } }
    )
}

BeforeAll {
    Import-Module $PSScriptRoot/../Support/Onboarding.Testing.psm1
    Import-Module $PSScriptRoot/../Support/Onboarding.Machine.psm1
    Import-Module $PSScriptRoot/../Support/Onboarding.Cluster.psm1
    Import-Module $PSScriptRoot/../Support/Onboarding.ScriptedPlane.psm1
    Import-BuiltModule
    $directory = New-TestDirectory
    $plane = Start-ScriptedPlane "$directory/plane"
    $expired = Start-ScriptedPlane "$directory/expired" -Expired
    $join = $plane.Join
    $metadata = Start-FakeCluster "$directory/kubeconfig"
    Set-Answer $metadata 404 NotFound
    $metadata | Add-Member KubeConfigHost ($metadata.Listener.Prefixes[0] -replace '^http://|/$')
    $gcpType = 'type.googleapis.com/onboarding.v1alpha1.GcpCredential'
    $tokenType = 'type.googleapis.com/onboarding.v1alpha1.JoinTokenCredential'
    $spiffeTypes = @('type.googleapis.com/onboarding.v1alpha1.SpiffeJwtCredential', 'type.googleapis.com/onboarding.v1alpha1.SpiffeX509Credential')
    $savedHost = $env:GCE_METADATA_HOST
    $WarningPreference = 'SilentlyContinue'
    Set-Content "$directory/file" 'in the way'
    $boot = "$directory/blocked/workloads/bookinfo.ratings/boot"

    # The join without a parameter, and with others.
    function New-JoinWithout([string] $Parameter, [hashtable] $Others) {
        $parameters = $join.Clone()
        $parameters.Remove($Parameter)
        $parameters + $Others
    }

    # The join of a machine whose AgentConfiguration says that of host.custom.
    function New-AgentJoin([string] $Custom, [string] $Settings = '{}') {
        $path = "$directory/agent-$([guid]::NewGuid().ToString('N')).yaml"
        Set-Content $path "apiVersion: config.agent.onboarding.tetrate.io/v1alpha1`nkind: AgentConfiguration`nhost: {custom: {$Custom}}`nsettings: $Settings"
        New-JoinWithout CredentialPlugin @{ AgentConfigurationPath = $path }
    }

    function New-PluginJoin([string] $Body) {
        New-JoinWithout CredentialPlugin @{ CredentialPlugin = New-Script "$directory/plugin-$([guid]::NewGuid().ToString('N'))" "cat > /dev/null; $Body" }
    }

    function New-UnverifiedJoin {
        $port = ([uri]$join.Endpoint).Port
        Set-Content "$directory/unverified.yaml" @"
apiVersion: config.agent.onboarding.tetrate.io/v1alpha1
kind: OnboardingConfiguration
onboardingEndpoint: {host: localhost, port: $port, transportSecurity: {tls: {insecureSkipVerify: true}}}
workloadGroup: {namespace: bookinfo, name: ratings}
"@
        $agent = (New-AgentJoin "credential: [{plugin: {name: good, path: $($join.CredentialPlugin)}}]").AgentConfigurationPath
        @{ ConfigurationPath = "$directory/unverified.yaml"; AgentConfigurationPath = $agent }
    }

    # What no test can cause is asked of the one place that would say it: a method of what the module keeps to itself.
    function Get-EngineMethod([string] $Type, [string] $Name, [type] $Parameter) {
        $found = [System.AppDomain]::CurrentDomain.GetAssemblies() | Where-Object { $_.GetName().Name -like 'Onboarding.*' } | ForEach-Object { $_.GetType($Type) } | Where-Object { $_ }
        @($found)[0].GetMethod($Name, [System.Reflection.BindingFlags]'Static, NonPublic', [type[]]@($Parameter))
    }

    function Get-Record([System.Exception] $Failure) {
        (Get-Command Get-OnboardingContext).ImplementingType.Assembly.GetType('Onboarding.Cmdlets.Errors.ErrorRecords').GetMethod('FromException').Invoke($null, @($Failure, 'target', ''))
    }

    # The agent's key, in a state directory that is its owner's alone.
    function Set-AgentKey([string] $State, [string] $Text) {
        $null = New-Item -ItemType Directory "$directory/$State"
        Set-Content "$directory/$State/agent-key.pem" $Text
        chmod -R go= "$directory/$State"
    }
}

AfterAll {
    $env:GCE_METADATA_HOST = $savedHost
    Clear-Session
    $plane.Stop()
    $expired.Stop()
    $metadata.Stop()
    Remove-TestDirectory $directory
}

Describe 'Register-MeshWorkload' {
    It 'says <Id>' -ForEach $joins {
        Set-Script $plane ($Script ? (& $Script) : @{})
        $parameters = & $Parameters
        if (-not $parameters.StateDirectory) {
            $parameters = $parameters + @{ StateDirectory = "$directory/state-$Id" }
        }

        Register-MeshWorkload @parameters -ErrorVariable failed -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
        $failed | Should -HaveCount 1
        $failed[0].FullyQualifiedErrorId | Should -BeExactly "$Id,Onboarding.Cmdlets.RegisterMeshWorkloadCommand"
        $failed[0].CategoryInfo.Category | Should -Be ($Category ?? 'NotSpecified')
        "$($failed[0])" | Should -Match "^\[$Id\] \S"
        $failed[0].ErrorDetails.RecommendedAction | Should -Not -BeNullOrEmpty
    }

    It 'leaves the state directory to others, and nothing of a session in it, whatever went wrong' {
        foreach ($state in Get-ChildItem $directory -Directory -Filter 'state-*') {
            Get-ChildItem $state -Recurse -File -Include registration.json, cluster.env, istio-token | Should -BeNullOrEmpty -Because $state.Name
        }
    }

    It 'stopped in the middle unregisters what it had registered, and the machine is as it was' {
        # Registered and connected; the boot configuration never comes.
        Set-Script $plane
        $shell = [powershell]::Create().AddScript("Import-Module '$(Get-BuiltManifest)'; `$j = `$args[0]; Register-MeshWorkload @j -StateDirectory '$directory/state-stopped'").AddArgument($join)
        $running = $shell.BeginInvoke()
        Wait-Until { 'Connect' -in $plane.Calls }
        $plane.Calls | Should -Not -Contain 'UnregisterWorkload'
        $shell.Stop()
        $running.IsCompleted | Should -BeTrue
        $shell.Dispose()
        Wait-Until { 'UnregisterWorkload' -in $plane.Calls }
        { Get-OnboardingStatus -StateDirectory "$directory/state-stopped" -ErrorAction Stop } | Should -Throw -ErrorId 'NotRegistered,*'
        Wait-Until { -not (Get-ChildItem "$directory/state-stopped" -Recurse -File -Include registration.json, cluster.env, istio-token) }
        Set-Script $plane @{ boots = @(@{ generation = 1 }) }
        (Register-MeshWorkload @join -StateDirectory "$directory/state-stopped").Phase | Should -BeExactly 'Connected'
    }
}

Describe 'A machine that has joined' {
    BeforeAll {
        Set-Script $plane @{ boots = @(@{ generation = 5 }, @{ generation = 3 }) }
        $agent = New-AgentJoin "credential: [{plugin: {name: good, path: $($join.CredentialPlugin)}}]"
        Add-Content $agent.AgentConfigurationPath "sidecar: {command: {path: $directory/no-sidecar}}"
        $null = Register-MeshWorkload @agent -StateDirectory "$directory/joined"
    }

    It 'says BootConfigurationStale of a plane that goes back, and keeps what it has' {
        Wait-Until { (Get-OnboardingStatus -StateDirectory "$directory/joined").Reason }
        (Get-OnboardingStatus -StateDirectory "$directory/joined").Reason | Should -BeExactly 'BootConfigurationStale'
        (Get-Content -Raw "$directory/joined/workloads/bookinfo.ratings/boot/current/version.json") | Should -Match '"generation": ?5\b'
    }

    It 'says SidecarNotInstalled where its sidecar''s program isn''t there' {
        { Start-MeshSidecar -StateDirectory "$directory/joined" -ErrorAction Stop } | Should -Throw -ErrorId 'SidecarNotInstalled,Onboarding.Cmdlets.StartMeshSidecarCommand'
        $Error[0].CategoryInfo.Category | Should -Be 'NotInstalled'
        $Error[0].ErrorDetails.RecommendedAction | Should -Match 'no-sidecar'
    }
}

Describe 'A machine with an agent that runs' {
    BeforeAll {
        Set-Script $plane (New-Refusal AuthorizeOnboarding Unavailable)
        $port = ([uri]$join.Endpoint).Port
        Set-Content "$directory/served.yaml" @"
apiVersion: config.agent.onboarding.tetrate.io/v1alpha1
kind: OnboardingConfiguration
onboardingEndpoint: {host: localhost, port: $port, transportSecurity: {tls: {caFile: $($join.CertificateAuthorityPath)}}}
workloadGroup: {namespace: bookinfo, name: ratings}
"@
        $served = @{
            ConfigurationPath      = "$directory/served.yaml"
            AgentConfigurationPath = (New-AgentJoin "credential: [{plugin: {name: slow, path: $(New-Script "$directory/waiting" "touch '$directory/asked'; exec sleep 60")}}]").AgentConfigurationPath
            StateDirectory         = "$directory/served"
        }
        $agent = Start-TestAgent ([pscustomobject]$served) "$directory/agent.log"
    }

    AfterAll {
        Stop-TestAgent $agent
    }

    It 'says JoinAbandoned to whoever waits while somebody else takes it out' {
        Wait-Until { Test-Path "$directory/asked" }
        $shell = [powershell]::Create().AddScript("Import-Module '$(Get-BuiltManifest)'; `$s = `$args[0]; Register-MeshWorkload @s -ErrorVariable failed -ErrorAction SilentlyContinue; `$failed[0].FullyQualifiedErrorId").AddArgument($served)
        $running = $shell.BeginInvoke()
        # Again and again: it can't be seen from outside when the other has begun to wait.
        Wait-Until { Unregister-MeshWorkload -Local -StateDirectory $served.StateDirectory -PropagationDelay 0 -Confirm:$false; $running.IsCompleted }
        $shell.EndInvoke($running) | Should -BeExactly 'JoinAbandoned,Onboarding.Cmdlets.RegisterMeshWorkloadCommand'
        $shell.Dispose()
    }

    It 'says ControlDenied to another user of the machine, and how to be let in' {
        $script = "Import-Module '$(Get-BuiltManifest)'; Get-OnboardingStatus -StateDirectory '$($served.StateDirectory)' -ErrorVariable e -ErrorAction SilentlyContinue; `$e[0].FullyQualifiedErrorId; `$e[0].ErrorDetails.RecommendedAction"
        if ((id -u) -eq 0) {
            $encoded = [Convert]::ToBase64String([System.Text.Encoding]::Unicode.GetBytes($script))
            $null = New-Item -ItemType Directory "$directory/home"
            chmod 711 $directory
            chmod 777 "$directory/home"
            try {
                $said = & setpriv --reuid=65534 --regid=65534 --clear-groups env "HOME=$directory/home" (Get-PwshPath) -NoProfile -NonInteractive -EncodedCommand $encoded 2>&1
            } finally {
                chmod 700 $directory
            }
        } else {
            chmod 000 "$($served.StateDirectory)/agent.sock"
            try {
                $said = Invoke-FreshPwsh $script
            } finally {
                chmod 600 "$($served.StateDirectory)/agent.sock"
            }
        }

        $said | Should -Contain 'ControlDenied,Onboarding.Cmdlets.GetOnboardingStatusCommand'
        "$said" | Should -Match 'usermod -aG onboarding'
    }

    It 'says ControlFailed of a socket behind which no agent answers' {
        $null = New-Item -ItemType Directory "$directory/mute"
        $mute = [System.Net.Sockets.Socket]::new('Unix', 'Stream', 'Unspecified')
        $mute.Bind([System.Net.Sockets.UnixDomainSocketEndPoint]::new("$directory/mute/agent.sock"))
        $mute.Listen(5)
        Register-MeshWorkload @join -StateDirectory "$directory/mute" -ErrorVariable failed -ErrorAction SilentlyContinue
        $failed[0].FullyQualifiedErrorId | Should -BeExactly 'ControlFailed,Onboarding.Cmdlets.RegisterMeshWorkloadCommand'
        $mute.Dispose()
    }
}

Describe 'What only the programs say' {
    It '<Id>: <Arguments>' -ForEach @(
        @{ Id = 'WorkloadUnknown'; Program = 'onboarding-agent'; Arguments = 'bootconfig show --workload shop/cart --state-directory @/joined' }
        @{ Id = 'StateDirectoryUnreadable'; Program = 'onboarding-agent'; Arguments = 'bootconfig show --state-directory @/file' }
        @{ Id = 'WorkloadGroupRequired'; Program = 'onboarding-endpoint'; Arguments = 'render-boot-configuration --output @/never' }
        @{ Id = 'OutputRequired'; Program = 'onboarding-endpoint'; Arguments = 'render-boot-configuration --workload-group @/group.yaml' }
        @{ Id = 'OptionInvalid'; Program = 'onboarding-endpoint'; Arguments = 'render-boot-configuration --workload-group @/group.yaml --output @/never --token-duration 0' }
        @{ Id = 'ClusterUnavailable'; Program = 'onboarding-endpoint'; Arguments = 'render-boot-configuration --workload-group @/group.yaml --output @/never --kubeconfig @/none' }
    ) {
        $path = Find-BuiltProgram ($Program -eq 'onboarding-agent' ? 'agent-host' : 'endpoint') $Program
        $said = & $path @($Arguments.Replace('@', $directory) -split ' ') 2>&1 | Out-String -Width 4096
        $LASTEXITCODE | Should -Not -Be 0
        $said | Should -Match "\[$Id\]"
        $said | Should -Match 'Next: \S'
    }

    It 'AgentFailed: a fault of the agent''s own asks for a report' {
        # There is no such fault to cause, so what makes errors of faults is asked itself.
        $failure = (Get-EngineMethod -Type Onboarding.Client.OnboardingAgent -Name Explain -Parameter ([System.Exception])).Invoke($null, @([System.InvalidOperationException]::new('a slip')))
        $record = Get-Record $failure
        $record.FullyQualifiedErrorId | Should -BeExactly 'AgentFailed'
        "$record" | Should -Match 'InvalidOperationException: a slip'
        $record.ErrorDetails.RecommendedAction | Should -Match 'report it'
    }

    It '<Id>: what keeps a sidecar from its identity names the command that helps' -ForEach @(
        @{ Id = 'SidecarDirectoryUnsafe'; Next = 'sudo rm .*/var/run/secrets' }
        @{ Id = 'ForeignCertificate'; Next = 'sudo openssl x509 .*/etc/certs/cert-chain.pem' }
        @{ Id = 'SidecarHasNoCertificate'; Next = 'onboarding-agent sidecar restart' }
    ) {
        # A machine with a link in the place of one directory, and a directory in the place of the certificate.
        $root = "$directory/$Id"
        $null = New-Item -ItemType Directory "$root/var/run", "$root/elsewhere", "$root/etc/certs/cert-chain.pem", "$root/state"
        $null = New-Item -ItemType SymbolicLink "$root/var/run/secrets" -Target "$root/elsewhere"
        $client = [System.AppDomain]::CurrentDomain.GetAssemblies() | Where-Object { $_.GetName().Name -eq 'Onboarding.Client' } | Select-Object -First 1
        $secrets = [System.Activator]::CreateInstance($client.GetType('Onboarding.Client.Sidecar.Istio.SecretsDirectory'), @($root, "$root/state"))
        $failure = try {
            switch ($Id) {
                'SidecarDirectoryUnsafe' { $secrets.GetType().GetMethod('Prepare').Invoke($secrets, @()) }
                'ForeignCertificate' {
                    $type = $client.GetType('Onboarding.Client.Sidecar.Istio.ProxyCertificate')
                    $type.GetMethod('Pair', [type[]] @()).Invoke([System.Activator]::CreateInstance($type, @($root, "$root/state")), @())
                }
                default {
                    $nothing = [System.Func[System.Nullable[System.DateTimeOffset]]] { $null }
                    $type = $client.GetType('Onboarding.Client.Sidecar.Istio.ProxyIdentity')
                    $identity = [System.Activator]::CreateInstance($type, @($root, $secrets, $nothing, [uri] 'http://127.0.0.1:1/certs', [System.TimeProvider]::System))
                    $type.GetMethod('FindProblemAsync').Invoke($identity, @([System.Threading.CancellationToken]::None)).GetAwaiter().GetResult()
                }
            }
        } catch {
            for ($cause = $_.Exception; $cause.GetType().Name -ne 'OnboardingException'; $cause = $cause.InnerException) { }
            $cause
        }
        $record = Get-Record $failure
        $record.FullyQualifiedErrorId | Should -BeExactly $Id
        $record.ErrorDetails.RecommendedAction | Should -Match $Next
    }

    It 'RedirectionNotRemoved: rules of Istio that stay in force name the command to try again' {
        # A machine whose iptables lists a chain of Istio's and removes nothing.
        $null = New-Item -ItemType Directory "$directory/stuck/usr/sbin", "$directory/stuck/state"
        chmod 700 "$directory/stuck/state"
        Set-Content "$directory/stuck/usr/sbin/iptables-nft-save" '#!/bin/sh', "printf '*nat\n:ISTIO_OUTPUT - [0:0]\nCOMMIT\n'"
        Set-Content "$directory/stuck/usr/sbin/iptables-nft" '#!/bin/sh', 'echo busy >&2', 'exit 4'
        chmod 755 "$directory/stuck/usr/sbin/iptables-nft-save" "$directory/stuck/usr/sbin/iptables-nft"
        $client = [System.AppDomain]::CurrentDomain.GetAssemblies() | Where-Object { $_.GetName().Name -eq 'Onboarding.Client' } | Select-Object -First 1
        $clean = $client.GetType('Onboarding.Client.Sidecar.SidecarCleanup').GetMethods([System.Reflection.BindingFlags]'Static, NonPublic') | Where-Object Name -EQ 'RunAsync'
        $loggers = $clean.GetParameters()[3].ParameterType.Assembly.GetType('Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory').GetField('Instance').GetValue($null)
        $failure = try { $clean.Invoke($null, @("$directory/stuck", "$directory/stuck/state", $false, $loggers)).GetAwaiter().GetResult() } catch { $_.Exception.GetBaseException() }
        $record = Get-Record $failure
        $record.FullyQualifiedErrorId | Should -BeExactly 'RedirectionNotRemoved'
        $record.ErrorDetails.RecommendedAction | Should -Match 'onboarding-agent sidecar clean'
    }

    It 'LinuxOnly: no other machine can be told to run a cmdlet for this one' {
        # Asked for as on another system, which this isn't.
        $method = Get-EngineMethod -Type Onboarding.Client.Local.LocalPaths -Name RequireLinux -Parameter ([bool])
        $failure = try { $method.Invoke($null, @($false)) } catch { $_.Exception.InnerException.InnerException ?? $_.Exception.InnerException }
        $record = Get-Record $failure
        $record.FullyQualifiedErrorId | Should -BeExactly 'LinuxOnly'
        $record.ErrorDetails.RecommendedAction | Should -Match 'Invoke-Command -HostName'
    }
}
