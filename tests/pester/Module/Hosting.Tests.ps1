# The module in the processes people run it in: beside modules that bring other versions of its libraries, in many runspaces, imported again,
# in ConstrainedLanguage. In each it joins a mesh: that takes YAML, Protobuf, gRPC and everything else there is in lib.
BeforeAll {
    Import-Module $PSScriptRoot/../Support/Onboarding.Testing.psm1
    Import-Module $PSScriptRoot/../Support/Onboarding.ScriptedPlane.psm1
    $manifest = Get-BuiltManifest
    $directory = New-TestDirectory
    $plane = Start-ScriptedPlane "$directory/plane"
    Set-Script $plane @{ boots = @(@{ generation = 1 }) }
    $given = ($plane.Join.GetEnumerator() | ForEach-Object { "$($_.Key) = '$($_.Value)'" }) -join '; '
    $start = "`$WarningPreference = 'SilentlyContinue'; `$env:KUBECONFIG = '$directory/none'; `$join = @{ $given }"
    $leave = 'foreach ($s in @(Get-MeshSidecar)) { Unregister-MeshWorkload -Local -StateDirectory $s.StateDirectory -PropagationDelay 0 -Confirm:$false }'

    # A module of another's that brings its own library of that name: another version, with other types in it.
    function New-Neighbour([string] $Library) {
        $module = "$directory/modules/Neighbour.$Library"
        $null = New-Item -ItemType Directory $module
        Add-Type -OutputAssembly "$module/$Library.dll" -TypeDefinition "[assembly: System.Reflection.AssemblyVersion(`"1.2.3.4`")] namespace $Library { public static class Foreign { public static string Version => typeof(Foreign).Assembly.GetName().Version.ToString(); } }"
        New-ModuleManifest "$module/Neighbour.$Library.psd1" -RequiredAssemblies "$Library.dll"
    }

    New-Neighbour YamlDotNet
    New-Neighbour Google.Protobuf
}

AfterAll {
    $plane.Stop()
    Remove-TestDirectory $directory
}

Describe 'Case58: beside modules with other versions of YamlDotNet and Google.Protobuf' {
    It 'joins, reads and writes, imported <Order>' -ForEach @(@{ Order = 'before them' }, @{ Order = 'after them' }) {
        $theirs = "'YamlDotNet', 'Google.Protobuf' | ForEach-Object { Import-Module `"$directory/modules/Neighbour.`$_`" }; [YamlDotNet.Foreign]::Version; [Google.Protobuf.Foreign]::Version"
        $ours = @"
Import-Module '$manifest'
`$yaml = New-OnboardingConfiguration -Endpoint onboarding.example -Namespace shop -WorkloadGroup cart
"valid: `$(`$yaml | Test-OnboardingConfiguration -Quiet)"
"phase: `$((Register-MeshWorkload @join -StateDirectory '$directory/$($Order -replace ' ')').Phase)"
$leave
"@
        $said = Invoke-FreshPwsh ($Order -eq 'before them' ? "$start; $ours; $theirs" : "$start; $theirs; $ours")
        $said | Should -Be ($Order -eq 'before them' ? @('valid: True', 'phase: Connected', '1.2.3.4', '1.2.3.4') : @('1.2.3.4', '1.2.3.4', 'valid: True', 'phase: Connected'))
    }
}

Describe 'In one process' {
    It '20 runspaces join at once, each a machine of its own, and all see all of them' {
        $said = Invoke-FreshPwsh @"
$start
Import-Module '$manifest'
`$joined = 1..20 | ForEach-Object -ThrottleLimit 20 -Parallel {
    `$WarningPreference = 'SilentlyContinue'
    Import-Module '$manifest'
    `$join = `$using:join
    Register-MeshWorkload @join -StateDirectory "$directory/parallel/`$_"
}
"joined: `$(`$joined.Count) `$(`$joined.Phase | Sort-Object -Unique)"
"seen here: `$(@(Get-MeshSidecar).Count)"
"seen there: `$(1 | ForEach-Object -Parallel { Import-Module '$manifest'; @(Get-MeshSidecar).Count })"
"directories: `$(@((Get-MeshSidecar).StateDirectory | Sort-Object -Unique).Count)"
$leave
"left: `$(@(Get-MeshSidecar -ErrorAction Ignore).Count)"
"@
        $said | Should -Be 'joined: 20 Connected', 'seen here: 20', 'seen there: 20', 'directories: 20', 'left: 0'
    }

    It 'a session outlives Import-Module -Force and Remove-Module' {
        $said = Invoke-FreshPwsh @"
$start
Import-Module '$manifest'
`$null = Register-MeshWorkload @join -StateDirectory '$directory/outlives'
Import-Module '$manifest' -Force
"forced: `$((Get-MeshSidecar).StateDirectory)"
Remove-Module Onboarding
Import-Module '$manifest'
"removed: `$((Get-OnboardingStatus).Phase)"
$leave
"@
        $said | Should -Be "forced: $directory/outlives", 'removed: Connected'
    }

    It 'Case59: ConstrainedLanguage may do all of it: join with labels, look, pipe, fail, leave' {
        $said = Invoke-FreshPwsh @"
$start
Import-Module '$manifest'
`$ExecutionContext.SessionState.LanguageMode = 'ConstrainedLanguage'
"mode: `$(`$ExecutionContext.SessionState.LanguageMode)"
`$w = Register-MeshWorkload @join -StateDirectory '$directory/constrained' -Label @{ tier = 1 } -Verbose 4>`$null
"phase: `$(`$w.Phase) `$w"
(`$w | Format-Table | Out-String).Trim().Split("``n")[-1] -match 'Connected'
(`$w | Format-List | Out-String) -match 'SpiffeId'
(Get-MeshSidecar | Where-Object Status -EQ Stopped | Measure-Object).Count
New-WorkloadGroupPolicy p -Namespace shop -Selector @{ app = 'cart' } -Jwt -Issuer https://idp.example -Attribute @{ role = 'x' } -AsYaml | Test-OnboardingConfiguration -Quiet
Register-MeshWorkload -Endpoint nowhere.invalid -Namespace a -WorkloadGroup b -StateDirectory '$directory/nowhere' -ErrorVariable failed -ErrorAction SilentlyContinue
"failed: `$(`$failed.FullyQualifiedErrorId)"
Unregister-MeshWorkload -Local -PropagationDelay 0 -Confirm:`$false
"left: `$(@(Get-MeshSidecar -ErrorAction Ignore).Count)"
"@
        $said | Should -Be 'mode: ConstrainedLanguage', 'phase: Connected ratings-jwt-demo--vm1', 'True', 'True', '1', 'True', 'failed: EndpointUnknownHost,Onboarding.Cmdlets.RegisterMeshWorkloadCommand', 'left: 0'
    }
}
