# What calls the module without a person: a CI system, DSC, and a machine that isn't Linux.
BeforeDiscovery {
    $resources = 'WorkloadGroupPolicy', 'MeshMachine' | ForEach-Object { @{ Resource = $_ } }
}

BeforeAll {
    Import-Module $PSScriptRoot/../Support/Onboarding.Testing.psm1
    Import-BuiltModule
    $root = Get-RepositoryRoot
    $module = Split-Path (Get-BuiltManifest)
    $directory = New-TestDirectory
    $lab = Find-BuiltProgram lab onboarding-lab

    function Get-DscManifest([string] $Resource) {
        Get-Content -Raw "$module/onboarding.$($Resource.ToLowerInvariant()).dsc.resource.json" | ConvertFrom-Json -AsHashtable
    }

    # As dsc does: the executable and arguments of the manifest, in the manifest's directory, one line of JSON on standard input.
    function Invoke-Dsc([string] $Resource, [string] $Operation, $Instance) {
        $method = (Get-DscManifest $Resource)[$Operation]
        $method.executable | Should -BeExactly 'pwsh'
        $start = [System.Diagnostics.ProcessStartInfo]::new((Get-PwshPath))
        $method.args | ForEach-Object { $start.ArgumentList.Add($_) }
        $start.WorkingDirectory = $module
        $start.RedirectStandardInput = $start.RedirectStandardOutput = $start.RedirectStandardError = $true
        $process = [System.Diagnostics.Process]::Start($start)
        $process.StandardInput.Write(($Instance | ConvertTo-Json -Depth 20 -Compress))
        $process.StandardInput.Close()
        $failed = $process.StandardError.ReadToEndAsync()
        $said = $process.StandardOutput.ReadToEnd()
        $process.WaitForExit()
        [pscustomobject]@{
            Code   = $process.ExitCode
            States = @($said -split "`n" | Where-Object { $_.Trim() } | ForEach-Object { $_ | ConvertFrom-Json -AsHashtable })
            Traces = $failed.Result
        }
    }
}

AfterAll {
    Stop-OnboardingPlane
    Remove-TestDirectory $directory
}

Describe 'CI in one line' {
    BeforeAll {
        function Invoke-Suite([string] $Path) {
            $before = (Get-ChildItem ([System.IO.Path]::GetTempPath()) -Directory -Filter 'onboarding-ci-*').Name
            $said = & (Get-PwshPath) -NoProfile -NonInteractive -File "$root/packaging/ci/Invoke-OnboardingSuite.ps1" -Path $Path -ResultPath "$directory/results.xml" -Module (Get-BuiltManifest) -EndpointPath $lab 2>&1
            [pscustomobject]@{
                Code = $LASTEXITCODE
                Said = "$said"
                Left = (Get-ChildItem ([System.IO.Path]::GetTempPath()) -Directory -Filter 'onboarding-ci-*').Name | Where-Object { $_ -notin $before }
                Cases = ([xml](Get-Content -Raw "$directory/results.xml")).testsuites
            }
        }
    }

    It 'runs the sample of a user''s suite as it stands, and leaves nothing' {
        $run = Invoke-Suite "$root/samples/pester"
        $run.Code | Should -Be 0 -Because $run.Said
        $run.Cases.tests | Should -Be 3
        $run.Cases.failures | Should -Be 0
        $run.Left | Should -BeNullOrEmpty
    }

    It 'fails with a suite that fails, and leaves nothing' {
        "param(`$Plane) Describe x { It y { `$Plane.Status | Should -Be Stopped } }" | Set-Content "$directory/Failing.Tests.ps1"
        $run = Invoke-Suite "$directory/Failing.Tests.ps1"
        $run.Code | Should -Be 1
        $run.Cases.failures | Should -Be 1
        $run.Left | Should -BeNullOrEmpty
    }

    It 'takes no text of a workflow into a script: <_>' -ForEach 'action.yml', 'azure.yml', 'gitlab.yml' {
        $lines = Get-Content "$root/packaging/ci/$_"
        $lines -cmatch '^\s*(- )?(run|pwsh|bash|script):.*\$\{\{' | Should -BeNullOrEmpty
        "$lines" | Should -Match 'Invoke-OnboardingSuite\.ps1'
    }
}

Describe 'The DSC resource <Resource>' -ForEach $resources {
    It 'has a manifest of fields that DSC knows, whose command is there' {
        $manifest = Get-DscManifest $Resource
        $known = '$schema', 'type', 'version', 'kind', 'description', 'tags', 'get', 'set', 'test', 'whatIf', 'delete', 'export', 'exitCodes', 'schema'
        $manifest.Keys | Where-Object { $_ -notin $known } | Should -BeNullOrEmpty
        $manifest.type | Should -BeExactly "Onboarding/$Resource"
        $manifest.version | Should -BeExactly (Import-PowerShellDataFile (Get-BuiltManifest)).ModuleVersion
        foreach ($operation in 'get', 'set', 'test', 'whatIf', 'delete', 'export') {
            $manifest[$operation].input | Should -BeExactly 'stdin' -Because $operation
            $manifest[$operation].Keys | Where-Object { $_ -notin 'executable', 'args', 'input', 'return', 'implementsPretest', 'handlesExist' } | Should -BeNullOrEmpty
            Join-Path $module $manifest[$operation].args[4] | Should -Exist
        }

        $manifest.schema.embedded.required | Where-Object { -not $manifest.schema.embedded.properties.Contains($_) } | Should -BeNullOrEmpty
        $manifest.schema.embedded.properties.Keys | Should -Contain '_exist'
    }

    It 'refuses an instance that lacks what it needs, with a code that the manifest explains' {
        $answer = Invoke-Dsc $Resource get @{ namespace = 'shop' }
        $answer.Code | Should -Be 2
        (Get-DscManifest $Resource).exitCodes.Keys | Should -Contain '2'
        ($answer.Traces | ConvertFrom-Json).error | Should -Not -BeNullOrEmpty
        $answer.States | Should -BeNullOrEmpty
    }
}

Describe 'DSC' {
    BeforeAll {
        $plane = Start-OnboardingPlane -DataDirectory "$directory/dsc" -Port 0 -Sample Bookinfo -EndpointPath $lab
        $wanted = @{
            namespace = 'bookinfo'; name = 'ratings'; kubeConfig = $plane.KubeConfig
            spec      = (New-WorkloadGroupPolicy ratings -WorkloadGroup ratings -Jwt -Issuer https://demo.localhost -Subject vm-1 -AsYaml |
                    Set-WorkloadGroupPolicy).ManifestJson | ConvertFrom-Json -AsHashtable | ForEach-Object spec
        }
        Remove-WorkloadGroupPolicy ratings -Confirm:$false
    }

    It 'gets, foresees, sets, tests, exports and deletes a policy' {
        (Invoke-Dsc WorkloadGroupPolicy get $wanted).States[0]._exist | Should -BeFalse
        (Invoke-Dsc WorkloadGroupPolicy test $wanted).States[0]._inDesiredState | Should -BeFalse
        $foreseen = (Invoke-Dsc WorkloadGroupPolicy whatIf $wanted).States[0]
        $foreseen._exist | Should -BeTrue
        $foreseen._metadata.whatIf | Should -HaveCount 1
        Get-WorkloadGroupPolicy | Should -BeNullOrEmpty

        (Invoke-Dsc WorkloadGroupPolicy set $wanted).States[0]._exist | Should -BeTrue
        (Get-WorkloadGroupPolicy).Name | Should -BeExactly 'ratings'
        (Invoke-Dsc WorkloadGroupPolicy test $wanted).States[0]._inDesiredState | Should -BeTrue
        (Invoke-Dsc WorkloadGroupPolicy export @{ kubeConfig = $plane.KubeConfig }).States.name | Should -Be 'ratings'
        (Invoke-Dsc WorkloadGroupPolicy delete $wanted).Code | Should -Be 0
        Get-WorkloadGroupPolicy | Should -BeNullOrEmpty
    }

    It 'says on standard error what failed, with what to do' {
        $answer = Invoke-Dsc WorkloadGroupPolicy get @{ namespace = 'bookinfo'; name = 'x'; kubeConfig = "$directory/nothing" }
        $answer.Code | Should -Be 1
        ($answer.Traces | ConvertFrom-Json).error | Should -Match 'ContextNotFound'
    }

    It 'knows that this machine has not joined, and foresees that it would' {
        $machine = @{ namespace = 'bookinfo'; workloadGroup = 'ratings'; configurationPath = $plane.ConfigurationPath; stateDirectory = "$directory/state" }
        (Invoke-Dsc MeshMachine test $machine).States[0]._inDesiredState | Should -BeFalse
        (Invoke-Dsc MeshMachine whatIf $machine).States[0]._metadata.whatIf | Should -HaveCount 1
    }
}

Describe 'The fleet''s side' {
    BeforeAll {
        function Get-Metadata([string] $Name) {
            $stream = [System.IO.File]::OpenRead("$module/lib/Onboarding.$Name.dll")
            $reader = [System.Reflection.PortableExecutable.PEReader]::new($stream)
            $metadata = [System.Reflection.Metadata.PEReaderExtensions]::GetMetadataReader($reader)
            [pscustomobject]@{
                Native     = @($metadata.MethodDefinitions | Where-Object { $metadata.GetMethodDefinition($_).Attributes -band [System.Reflection.MethodAttributes]::PinvokeImpl }).Count
                References = @($metadata.TypeReferences | ForEach-Object { $metadata.GetString($metadata.GetTypeReference($_).Namespace) } | Sort-Object -Unique)
            }

            $reader.Dispose()
        }
    }

    It 'calls no system''s own library: <_>' -ForEach 'Api', 'Authorization', 'BootConfiguration', 'Connections', 'Documents', 'Fleet', 'Kubernetes' {
        (Get-Metadata $_).Native | Should -Be 0
    }

    It 'uses nothing of the machine''s side that is Linux''s: <_>' -ForEach 'BootConfiguration', 'Fleet', 'Kubernetes' {
        (Get-Metadata $_).References -match '^Onboarding\.Client\.(Native|Sidecar|Processes|State|Ownership|Local|Credentials|Flow)' | Should -BeNullOrEmpty
    }

    It 'is refused by Windows PowerShell by the manifest, before anything is loaded' {
        $data = Import-PowerShellDataFile (Get-BuiltManifest)
        $data.CompatiblePSEditions | Should -Be 'Core'
        [version]$data.PowerShellVersion | Should -BeGreaterOrEqual ([version]'7.6')
    }
}
