# Ten minutes on a laptop: what the README shows, typed into one shell, with the endpoint as people get it: a .NET tool that brings the
# sample. Times, ids, ports and paths differ from run to run.
BeforeAll {
    Import-Module $PSScriptRoot/../Support/Onboarding.Golden.psm1
    Import-Module $PSScriptRoot/../Support/Onboarding.Testing.psm1
    Import-BuiltModule
    $directory = New-TestDirectory
    $env:ONBOARDING_ENDPOINT = Install-LabTool $directory
    $plane = Start-OnboardingPlane -DataDirectory "$directory/embedded" -Port 0 -Sample Bookinfo
}

AfterAll {
    Get-MeshSidecar -ErrorAction Ignore | Stop-MeshSidecar -Force -ErrorAction Ignore
    Unregister-MeshWorkload -Local -PropagationDelay 0 -Confirm:$false -ErrorAction Ignore
    Stop-OnboardingPlane
    Remove-TestDirectory $directory
}

Describe 'Ten minutes on a laptop' {
    It 'starts with a plane that is the context' {
        ($plane | Format-AtWidth 140) | Should -Match '(?m)^Name +Status +Endpoint +ProcessId +KubeConfig'
        ($plane | Format-AtWidth 140) | Should -Match '(?m)^embedded Running https://localhost:\d+ +\d+ .*/embedded/kubeconfig'
        (Get-OnboardingContext | Format-AtWidth 140) | Should -Match '(?m)^\* +embedded localhost:\d+ bookinfo .*Start-OnboardingPlane$'
    }

    It 'B17: comes as a tool that brings SQLite for laptops and servers, and whose work it is' {
        $package = Get-Item "$directory/packages/Onboarding.Lab.*.nupkg"
        $package.Length | Should -BeLessThan 20MB
        $zip = [System.IO.Compression.ZipFile]::OpenRead($package.FullName)
        try {
            $zip.Entries.FullName | Where-Object { $_ -match 'ios|android|wasm|maccatalyst' } | Should -BeNullOrEmpty
            $zip.Entries.FullName | Where-Object { $_ -match 'linux-x64/native/libe_sqlite3' } | Should -HaveCount 1
            $zip.Entries.FullName | Should -Contain 'THIRD-PARTY-NOTICES.txt'
        } finally {
            $zip.Dispose()
        }
    }

    It 'has the sample''s programs from the tool''s own package' {
        $plugin = [regex]::Match((Get-Content -Raw $plane.AgentConfigurationPath), '(?m)^ +path: (.*jwt-credential-plugin)$').Groups[1].Value
        $plugin | Should -BeLike "$directory/embedded/*"
        Get-Content -Raw $plugin | Should -Match ([regex]::Escape("$directory/tools/.store/onboarding.lab/"))
    }

    It 'goes on with a refusal, for there is no policy' {
        $plane | Register-MeshWorkload -ErrorVariable refused -ErrorAction SilentlyContinue
        $refused[0].FullyQualifiedErrorId | Should -BeExactly 'PolicyDenied,Onboarding.Cmdlets.RegisterMeshWorkloadCommand'
        $refused[0].ErrorDetails.Message | Confirm-Golden 'the refusal'
        $script:id = $refused[0].Exception.CorrelationId
        $refused[0].ErrorDetails.RecommendedAction | Should -Match " Get-OnboardingStatus -CorrelationId $id$"
    }

    It 'which the workstation explains, with the command that helps' {
        Wait-Until { Get-OnboardingStatus -CorrelationId $id -ErrorAction Ignore }
        $status = Get-OnboardingStatus -CorrelationId $id
        $text = $status | Format-List | Format-AtWidth 200
        $text | Should -Match '(?m)^Instance +: jwt-demo--laptop$'
        $text | Should -Match '(?m)^WorkloadGroup +: ratings$'
        $text | Should -Match '(?m)^Phase +: Refused \('
        $text | Should -Match '(?m)^Reason +: PolicyDenied$'
        $text | Should -Match '(?m)^Identity +: jwt  issuer=https://demo\.localhost  subject=laptop  role=ratings$'
        $status.Remediation | Should -BeExactly "New-WorkloadGroupPolicy ratings -Namespace bookinfo -WorkloadGroup ratings -Jwt -Issuer https://demo.localhost -Attribute @{ role = 'ratings' }"
    }

    It 'which is run as it stands' {
        $policy = & ([scriptblock]::Create((Get-OnboardingStatus -CorrelationId $id).Remediation))
        ($policy | Format-AtWidth 80) | Should -Match '(?m)^bookinfo  ratings     1 ratings       0 True'
    }

    It 'lets the machine join' {
        $w = $plane | Register-MeshWorkload -Verbose -WarningVariable warned -WarningAction SilentlyContinue 4>&1
        $steps = $w | Where-Object { $_ -is [System.Management.Automation.VerboseRecord] } | ForEach-Object Message
        $joined = $w | Where-Object { $_ -is [Onboarding.Cmdlets.MeshRegistration] }
        "$steps" | Should -Match " https://localhost:\d+, certificate 'CN=onboarding-endpoint', "
        "$steps" | Should -Match "credential .* 'demo-jwt'"
        "$steps" | Should -Match " 'ratings' rule 1"
        "$steps" | Should -Match 'registered as ratings-jwt-demo--laptop'
        "$steps" | Should -Match 'boot configuration 1 \(v:[0-9a-f]{8}\) '
        "$warned" | Should -Match "\(pid $PID\)"
        ($joined | Format-AtWidth 80) | Should -Match '(?m)^bookinfo +ratings +\S+ +Connected Stopped Process '
        $script:name = $joined.Name
    }

    It 'starts its sidecar' {
        $sidecar = Start-MeshSidecar -PassThru
        ($sidecar | Format-AtWidth 140) | Should -Match '(?m)^ratings Running Probe +\d+ default +True +23h 59m'
        Wait-Until { (Get-OnboardingStatus).Phase -eq 'Healthy' }
        $text = Get-OnboardingStatus | Format-List | Format-AtWidth 200
        $text | Should -Match '(?m)^Name +: ratings-jwt-demo--laptop$'
        $text | Should -Match '(?m)^SpiffeId +: spiffe://cluster\.local/ns/bookinfo/sa/bookinfo-ratings$'
        $text | Should -Match '(?m)^Session +: Process \(pid \d+\)$'
    }

    It 'is seen by kubectl and by the fleet' {
        (& kubectl --kubeconfig $plane.KubeConfig -n bookinfo get war) -join "`n" | Should -Match 'ratings-jwt-demo--laptop +True'
        (Get-MeshWorkload).Name | Should -BeExactly 'ratings-jwt-demo--laptop'
        Wait-Until { (Get-MeshWorkload).Sidecar -eq 'Ready' }
        (Get-OnboardingStatus -All).Phase | Should -BeExactly 'Healthy'
    }

    It 'leaves in order' {
        $said = Unregister-MeshWorkload -Local -PropagationDelay 0 -Confirm:$false -Verbose 4>&1 | ForEach-Object { "$_" }
        "$said" | Should -Match "unregistered 'bookinfo/ratings-jwt-demo--laptop' \(plane https://localhost:"
        Get-MeshWorkload | Should -BeNullOrEmpty
        $plane | Stop-OnboardingPlane
        $plane.Status | Should -BeExactly 'Stopped'
    }
}
