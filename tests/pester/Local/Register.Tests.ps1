BeforeAll {
    Import-Module $PSScriptRoot/../Support/Onboarding.Golden.psm1
    Import-Module $PSScriptRoot/../Support/Onboarding.Testing.psm1
    Import-Module $PSScriptRoot/../Support/Onboarding.Machine.psm1
    Import-BuiltModule
    $directory = New-TestDirectory
    $plane = Start-TestPlane $directory
    $WarningPreference = 'SilentlyContinue'
}

AfterAll {
    Clear-Session
    Stop-OnboardingPlane
    Remove-TestDirectory $directory
}

Describe 'Register-MeshWorkload where no policy admits the machine' {
    It 'says PolicyDenied, for which group, and where to read on' {
        $plane | Register-MeshWorkload -ErrorVariable refused -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
        $refused[0].FullyQualifiedErrorId | Should -BeExactly 'PolicyDenied,Onboarding.Cmdlets.RegisterMeshWorkloadCommand'
        $refused[0].CategoryInfo.Category | Should -Be 'PermissionDenied'
        $refused[0].TargetObject.Name | Should -BeExactly $plane.Name
        $refused[0].ErrorDetails.Message | Confirm-Golden 'a refusal'
        $refused[0].ErrorDetails.RecommendedAction | Confirm-Golden 'where to read on'
    }

    It 'leaves nothing behind' {
        Get-Registration $plane | Should -BeNullOrEmpty
        { Get-OnboardingStatus -StateDirectory $plane.StateDirectory } | Should -Throw -ErrorId 'NotRegistered,*'
    }
}

Describe 'Register-MeshWorkload' {
    BeforeAll {
        New-TestPolicy
    }

    AfterEach {
        Clear-Session
    }

    It 'joins what the pipeline names, says each step and warns that the session is this process''s' {
        $joined = $plane | Register-MeshWorkload -Verbose -WarningVariable warned 4>&1
        $registration = $joined | Where-Object { $_ -is [Onboarding.Cmdlets.MeshRegistration] }
        $registration.Namespace | Should -BeExactly 'bookinfo'
        $registration.WorkloadGroup | Should -BeExactly 'ratings'
        $registration.Group | Should -BeExactly 'ratings'
        $registration.Name | Should -BeExactly 'ratings-jwt-demo--laptop'
        $registration.Phase | Should -BeExactly 'Connected'
        $registration.Sidecar | Should -BeExactly 'Stopped'
        $registration.Session | Should -BeExactly 'Process'
        $registration.ProcessId | Should -Be $PID
        $registration.Elapsed | Should -BeOfType TimeSpan
        $registration.SpiffeId | Should -BeExactly 'spiffe://cluster.local/ns/bookinfo/sa/bookinfo-ratings'
        $registration.StateDirectory | Should -BeExactly $plane.StateDirectory
        "$registration" | Should -BeExactly 'ratings-jwt-demo--laptop'
        $steps = ($joined | Where-Object { $_ -is [System.Management.Automation.VerboseRecord] }).Message
        $steps -match '^\[ *\d+ ms\] .* https://localhost:' | Should -HaveCount 1
        $steps -match "^\[ *\d+ ms\] credential .* 'demo-jwt'" | Should -HaveCount 1
        $steps -match " 'ratings' rule 1" | Should -HaveCount 1
        $warned[0].Message | Should -Match "\(pid $PID\)"
        $warned[0].Message | Confirm-Golden 'a session that lives in PowerShell'
        Get-Registration $plane | Should -Be 'ratings-jwt-demo--laptop'
    }

    It 'looks like this as a table of <_> columns' -ForEach 80, 140 {
        $table = $plane | Register-MeshWorkload | Format-AtWidth $_
        $table -replace '\d+\.\d+\.\d+\.\d+', '10.0.2.15' -replace '\d+ (ms|s)\b', '83 ms' -replace ' +', ' ' | Should -BeExactly @'

Namespace WorkloadGroup Address Phase Sidecar Session Elapsed
--------- ------------- ------- ----- ------- ------- -------
bookinfo ratings 10.0.2.15 Connected Stopped Process 83 ms
'@.Trim("`r", "`n")
    }

    It 'starts the sidecar, too, with -StartSidecar' {
        $machine = New-TestMachine $plane "$directory/sidecar" 'sidecar'
        ($machine | Register-MeshWorkload -StartSidecar).Phase | Should -BeExactly 'Healthy'
    }

    It 'takes the values one by one as well, with labels' {
        $machine = New-TestMachine $plane "$directory/values" 'values'
        $registration = Register-MeshWorkload -Endpoint $plane.Endpoint -Namespace bookinfo -WorkloadGroup ratings `
            -CertificateAuthorityPath $plane.CertificateAuthorityPath -AgentConfigurationPath $machine.AgentConfigurationPath `
            -StateDirectory $machine.StateDirectory -Label @{ 'app.kubernetes.io/version' = '9' } -ConnectedOver Vpc
        $registration.Name | Should -BeExactly 'ratings-jwt-demo--values'
        kubectl --kubeconfig $plane.KubeConfig -n bookinfo get workloadentry $registration.Name -o jsonpath='{.spec.labels.app\.kubernetes\.io/version}' | Should -BeExactly '9'
    }

    It 'says how the machine is if it has joined already, and joins anew with -Force' {
        $null = $plane | Register-MeshWorkload
        $before = kubectl --kubeconfig $plane.KubeConfig -n bookinfo get war ratings-jwt-demo--laptop -o jsonpath='{.metadata.uid}'
        ($plane | Register-MeshWorkload -Label @{ canary = 'yes' } -WarningVariable warned).Phase | Should -BeExactly 'Connected'
        "$warned" | Confirm-Golden 'values for a machine that has joined'
        kubectl --kubeconfig $plane.KubeConfig -n bookinfo get war ratings-jwt-demo--laptop -o jsonpath='{.metadata.uid}' | Should -BeExactly $before
        ($plane | Register-MeshWorkload -Force).Phase | Should -BeExactly 'Connected'
        kubectl --kubeconfig $plane.KubeConfig -n bookinfo get war ratings-jwt-demo--laptop -o jsonpath='{.metadata.uid}' | Should -Not -BeExactly $before
    }

    It 'calls nobody under -WhatIf, and names group and plane' {
        $listener = Start-Listener
        $said = Invoke-FreshPwsh "Import-Module '$(Get-BuiltManifest)'; Register-MeshWorkload -Endpoint localhost:$($listener.Port) -Namespace bookinfo -WorkloadGroup ratings -StateDirectory '$directory/never' -WhatIf"
        "$said" | Should -Match "What if:.*bookinfo/ratings \(plane https://localhost:$($listener.Port)\)"
        $listener.Calls | Should -Be 0
        $listener.Stop()
        "$directory/never" | Should -Not -Exist
    }

    It 'says under -WhatIf what would be made, as far as nobody needs to be asked' {
        $said = (Invoke-FreshPwsh "Import-Module '$(Get-BuiltManifest)'; Register-MeshWorkload -ConfigurationPath '$($plane.ConfigurationPath)' -AgentConfigurationPath '$($plane.AgentConfigurationPath)' -StateDirectory '$directory/never' -Label @{ version = 'v2' } -StartSidecar -WhatIf") -join "`n"
        $said | Should -Match '(?m)^What if: .* "bookinfo/ratings \(plane https://localhost:\d+\)"\.$'
        $said | Should -Match '(?m)^  kind: WorkloadEntry$'
        $said | Should -Match '(?m)^    name: "ratings-\(.*\)"$'
        $said | Should -Match '(?m)^    address: "?[0-9a-f:.]+"?$'
        $said | Should -Match '(?m)^      version: v2$'
        $said | Should -Match ([regex]::Escape("Below $directory/never:"))
        $said | Should -Match '/mesh-sidecar-probe '
        "$directory/never" | Should -Not -Exist
    }

    It 'obeys $WhatIfPreference, too' {
        $said = (Invoke-FreshPwsh "Import-Module '$(Get-BuiltManifest)'; `$WhatIfPreference = `$true; Register-MeshWorkload -ConfigurationPath '$($plane.ConfigurationPath)' -AgentConfigurationPath '$($plane.AgentConfigurationPath)' -StateDirectory '$directory/never'") -join "`n"
        $said | Should -Match '(?m)^  kind: WorkloadEntry$'
        "$directory/never" | Should -Not -Exist
    }

    It 'shows no secret in any stream' {
        # Not -Debug: that makes PowerShell ask at each line.
        $DebugPreference = 'Continue'
        $all = $plane | Register-MeshWorkload -Verbose *>&1 | Out-String -Width 4096
        $status = Get-OnboardingStatus | Format-List * | Out-String -Width 4096
        # As a word of its own: a key's digest may have these letters in it.
        "$all$status" | Should -Not -MatchExactly '(?<![A-Za-z0-9_-])eyJ[A-Za-z0-9_-]{10}'
        "$all" | Should -Match 'registered as'
    }

    It 'is taken back when it is stopped in the middle' {
        $slow = New-Script "$directory/slow" 'sleep 60'
        $machine = New-TestMachine $plane "$directory/stopped" 'stopped' $slow
        $shell = [powershell]::Create().AddScript("Import-Module '$(Get-BuiltManifest)'; `$args[0] | Register-MeshWorkload").AddArgument($machine)
        $running = $shell.BeginInvoke()
        Wait-Until { Test-Path "$($machine.StateDirectory)/agent-key.pem" }
        $watch = [System.Diagnostics.Stopwatch]::StartNew()
        $shell.Stop()
        $watch.Elapsed.TotalSeconds | Should -BeLessThan 50
        $running.IsCompleted | Should -BeTrue
        $shell.Dispose()
        Get-Registration $plane | Should -Not -Contain 'ratings-jwt-demo--stopped'
        Get-ChildItem "$($machine.StateDirectory)/workloads/bookinfo.ratings" -Recurse -File | Should -BeNullOrEmpty
        # The directory is free again, and the machine can join.
        $again = New-TestMachine $plane "$directory/stopped" 'stopped'
        ($again | Register-MeshWorkload).Phase | Should -BeExactly 'Connected'
    }

    It 'refuses a second owner of a state directory' {
        $null = $plane | Register-MeshWorkload
        $said = Invoke-FreshPwsh @"
Import-Module '$(Get-BuiltManifest)'
Register-MeshWorkload '$($plane.ConfigurationPath)' -AgentConfigurationPath '$($plane.AgentConfigurationPath)' -StateDirectory '$($plane.StateDirectory)' -ErrorVariable failed -ErrorAction SilentlyContinue
`$failed[0].FullyQualifiedErrorId
`$failed[0].CategoryInfo.Category
`$failed[0].ErrorDetails.RecommendedAction
"@
        $said | Should -Contain 'StateDirectoryInUse,Onboarding.Cmdlets.RegisterMeshWorkloadCommand'
        $said | Should -Contain 'ResourceExists'
        "$said" | Should -MatchExactly "ps -fp $PID"
    }
}

Describe 'What Register-MeshWorkload says of a machine that can''t join' {
    It '<id>' -ForEach @(
        @{ Id = 'ConfigurationMissing'; Category = 'ObjectNotFound'; Parameters = { @{ ConfigurationPath = "$directory/none.yaml" } } }
        @{ Id = 'ConfigurationInvalid'; Category = 'InvalidData'; Parameters = { Set-Content "$directory/bad.yaml" 'kind: Nothing'; @{ ConfigurationPath = "$directory/bad.yaml" } } }
        @{ Id = 'EndpointUnknownHost'; Category = 'ConnectionError'; Parameters = { @{ Endpoint = 'nowhere.invalid' } } }
        @{ Id = 'EndpointConnectionRefused'; Category = 'ConnectionError'; Parameters = { @{ Endpoint = "localhost:$(Get-FreePort)" } } }
        @{ Id = 'CertificateNotTrusted'; Category = 'AuthenticationError'; Parameters = { @{ Endpoint = $plane.Endpoint } } }
        @{ Id = 'CertificateAuthorityUnusable'; Category = 'NotSpecified'; Parameters = { @{ Endpoint = $plane.Endpoint; CertificateAuthorityPath = "$directory/none.pem" } } }
        @{ Id = 'CertificateNameMismatch'; Category = 'AuthenticationError'; Parameters = { @{ Endpoint = $plane.Endpoint; CertificateAuthorityPath = $plane.CertificateAuthorityPath; ServerName = 'other.example' } } }
        @{ Id = 'PluginMissing'; Category = 'ObjectNotFound'; Parameters = { @{ Endpoint = $plane.Endpoint; CertificateAuthorityPath = $plane.CertificateAuthorityPath; CredentialPlugin = "$directory/no-plugin" } } }
        @{ Id = 'PluginFailed'; Category = 'NotSpecified'; Parameters = { @{ Endpoint = $plane.Endpoint; CertificateAuthorityPath = $plane.CertificateAuthorityPath; CredentialPlugin = (New-Script "$directory/failing" 'exit 3') } } }
        @{ Id = 'AgentNotRunning'; Category = 'ConnectionError'; Parameters = { @{ Endpoint = $plane.Endpoint; Session = 'Service' } } }
        @{ Id = 'StateDirectoryUnsafe'; Category = 'NotSpecified'; Parameters = { $null = New-Item -ItemType Directory "$directory/unsafe"; chmod 777 "$directory/unsafe"; @{ Endpoint = $plane.Endpoint; StateDirectory = "$directory/unsafe" } } }
    ) {
        $parameters = & $Parameters
        if ($parameters.Endpoint) {
            $parameters += @{ Namespace = 'bookinfo'; WorkloadGroup = 'ratings' }
        }

        if (-not $parameters.StateDirectory) {
            $parameters.StateDirectory = "$directory/errors"
        }

        Register-MeshWorkload @parameters -ErrorVariable failed -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
        $failed[0].FullyQualifiedErrorId | Should -BeExactly "$Id,Onboarding.Cmdlets.RegisterMeshWorkloadCommand"
        $failed[0].CategoryInfo.Category | Should -Be $Category
        $failed[0].ErrorDetails.Message | Should -Match "^\[$Id\] "
        $failed[0].ErrorDetails.RecommendedAction | Should -Not -BeNullOrEmpty
    }

    It 'SecretNotFound where a vault doesn''t have the token' {
        Register-MeshWorkload -Endpoint $plane.Endpoint -Namespace bookinfo -WorkloadGroup ratings -TokenSecretName nothing -StateDirectory "$directory/secret" -ErrorVariable failed -ErrorAction SilentlyContinue
        $failed[0].FullyQualifiedErrorId | Should -BeExactly 'SecretNotFound,Onboarding.Cmdlets.RegisterMeshWorkloadCommand'
        $failed[0].ErrorDetails.RecommendedAction | Should -Match 'Get-SecretInfo nothing'
        "$directory/secret" | Should -Not -Exist
    }

    It 'TimedOut after -TimeoutSec, and takes the join back' {
        $machine = New-TestMachine $plane "$directory/late" 'late' (New-Script "$directory/sleeping" 'sleep 60')
        $machine | Register-MeshWorkload -TimeoutSec 1 -ErrorVariable failed -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
        $failed[0].FullyQualifiedErrorId | Should -BeExactly 'TimedOut,Onboarding.Cmdlets.RegisterMeshWorkloadCommand'
        { Get-OnboardingStatus -StateDirectory $machine.StateDirectory } | Should -Throw -ErrorId 'NotRegistered,*'
    }
}
