BeforeDiscovery {
    Import-Module $PSScriptRoot/../Support/Onboarding.Testing.psm1
    Import-BuiltModule
    $commands = Get-Command -Module Onboarding -CommandType Cmdlet | ForEach-Object { @{ Name = $_.Name; Command = $_ } }
}

BeforeAll {
    Import-Module $PSScriptRoot/../Support/Onboarding.Testing.psm1
    Import-BuiltModule
    $manifest = Get-BuiltManifest
    $directory = New-TestDirectory
    $saved = $env:KUBECONFIG
    $env:KUBECONFIG = New-Kubeconfig "$directory/kubeconfig"
}

AfterAll {
    $env:KUBECONFIG = $saved
    Remove-TestDirectory $directory
}

Describe 'The manifest' {
    It 'is valid and says what the gallery asks for' {
        $module = Test-ModuleManifest $manifest
        $module.CompatiblePSEditions | Should -Be 'Core'
        $module.PowerShellVersion | Should -Be '7.6'
        $module.PrivateData.PSData.Tags | Should -Contain 'Istio'
        $module.PrivateData.PSData.LicenseUri | Should -Match '^https://'
        $module.PrivateData.PSData.ReleaseNotes | Should -Not -BeNullOrEmpty
        # B17: where it comes from, and whose work ships with it.
        $module.PrivateData.PSData.ProjectUri | Should -Match '^https://'
        Get-Content -Raw (Join-Path (Split-Path $manifest) 'THIRD-PARTY-NOTICES.txt') | Should -Match 'YamlDotNet'
    }

    It 'exports every cmdlet by name, and nothing that is not there' {
        $data = Import-PowerShellDataFile $manifest
        $assembly = (Get-Command Get-OnboardingContext).ImplementingType.Assembly
        $cmdlets = foreach ($type in $assembly.ExportedTypes) {
            $type.GetCustomAttributes([System.Management.Automation.CmdletAttribute], $false) | ForEach-Object { "$($_.VerbName)-$($_.NounName)" }
        }

        ($data.CmdletsToExport | Sort-Object) -join ', ' | Should -BeExactly (($cmdlets | Sort-Object) -join ', ')
        $data.FunctionsToExport | Should -BeNullOrEmpty
        $data.VariablesToExport | Should -BeNullOrEmpty
    }

    It 'lists every file of the module' {
        $module = Split-Path $manifest
        $there = Get-ChildItem $module -Recurse -File | ForEach-Object { [System.IO.Path]::GetRelativePath($module, $_.FullName) }
        ((Import-PowerShellDataFile $manifest).FileList | Sort-Object) -join "`n" | Should -BeExactly (($there | Sort-Object) -join "`n")
    }

    It 'brings no server, no SQLite and no part of PowerShell' {
        $names = Get-ChildItem (Split-Path $manifest) -Recurse -Filter '*.dll' | ForEach-Object BaseName
        $names | Where-Object { $_ -match 'AspNetCore|Sqlite|SQLitePCL|Onboarding\.(Endpoint|Embedded|Grpc\.Server)|System\.Management\.Automation' } | Should -BeNullOrEmpty
    }
}

Describe '<Name>' -ForEach $commands {
    It 'has an approved verb' {
        (Get-Verb).Verb | Should -Contain $Command.Verb
    }

    It 'says what it writes' {
        $Command.ImplementingType.GetCustomAttributes([System.Management.Automation.OutputTypeAttribute], $false) | Should -Not -BeNullOrEmpty
    }

    It 'B17: has a page on the web, of its own name' {
        $Command.ImplementingType.GetCustomAttributes([System.Management.Automation.CmdletAttribute], $false)[0].HelpUri | Should -Match "^https://.*/$Name$"
        $Command.HelpUri | Should -Match "/$Name$"
    }

    It 'asks before it changes anything' {
        if ($Command.Verb -in 'New', 'Set', 'Remove', 'Register', 'Unregister', 'Start', 'Stop', 'Restart', 'Export', 'Reset', 'Install', 'Uninstall') {
            $Command.Parameters.Keys | Should -Contain 'WhatIf'
            $Command.Parameters.Keys | Should -Contain 'Confirm'
        } else {
            $Command.Parameters.Keys | Should -Not -Contain 'WhatIf'
        }
    }
}

Describe 'The assembly' {
    It 'shows no type of lib in a public or protected member, and stores no value type of one' {
        $assembly = (Get-Command Get-OnboardingContext).ImplementingType.Assembly
        $lib = Join-Path (Split-Path $manifest) lib
        function Test-Foreign([type] $Type) {
            if ($Type.HasElementType) { return Test-Foreign $Type.GetElementType() }
            if ($Type.IsGenericType -and ($Type.GetGenericArguments() | Where-Object { Test-Foreign $_ })) { return $true }
            $Type.Assembly.Location.StartsWith($lib)
        }

        $flags = [System.Reflection.BindingFlags]'Public,NonPublic,Instance,Static,DeclaredOnly'
        $wrong = foreach ($type in $assembly.ExportedTypes) {
            if (Test-Foreign $type.BaseType) { "$type derives from $($type.BaseType)" }
            $type.GetInterfaces() | Where-Object { Test-Foreign $_ } | ForEach-Object { "$type implements $_" }
            foreach ($field in $type.GetFields($flags)) {
                if ($field.FieldType.IsValueType -and (Test-Foreign $field.FieldType)) { "$type stores $($field.FieldType)" }
                if (($field.IsPublic -or $field.IsFamily) -and (Test-Foreign $field.FieldType)) { "$type.$($field.Name)" }
            }

            foreach ($method in @($type.GetMethods($flags)) + @($type.GetConstructors($flags))) {
                if ($method.IsPublic -or $method.IsFamily -or $method.IsFamilyOrAssembly) {
                    $types = @($method.GetParameters().ParameterType) + @($method.ReturnType)
                    if ($types | Where-Object { $_ -and (Test-Foreign $_) }) { "$type.$($method.Name)" }
                }
            }
        }

        $wrong | Should -BeNullOrEmpty
    }

    It 'refers to our own assemblies and the framework alone' {
        $assembly = (Get-Command Get-OnboardingContext).ImplementingType.Assembly
        $assembly.GetReferencedAssemblies().Name | Where-Object { $_ -notmatch '^(System|Onboarding)\.' -and $_ -ne 'netstandard' } | Should -BeNullOrEmpty
    }

    It 'writes sealed classes, whose text is a name and not a list of members' {
        $outputs = (Get-Command Get-OnboardingContext).ImplementingType.Assembly.ExportedTypes |
            Where-Object { $_.Namespace -eq 'Onboarding.Cmdlets' -and $_.IsClass -and $_ -notlike '*Command' -and -not $_.IsAbstract -and $_ -notlike '*Completer' }
        $outputs.Count | Should -BeGreaterThan 5
        $outputs | Where-Object { -not $_.IsSealed } | Should -BeNullOrEmpty
        $outputs | Where-Object { $_.GetMethod('<Clone>$') } | Should -BeNullOrEmpty -Because 'records print all their members'
    }

    It 'lists with what PowerShell can index, and export' {
        $lists = (Get-Command Get-OnboardingContext).ImplementingType.Assembly.ExportedTypes |
            Where-Object { $_.Namespace -eq 'Onboarding.Cmdlets' -and $_ -notlike '*Command' -and -not $_.IsGenericType -and -not $_.IsAbstract } |
            ForEach-Object { $_.GetProperties([System.Reflection.BindingFlags]'Public,Instance,DeclaredOnly') } |
            Where-Object { $_.PropertyType.IsAssignableTo([System.Collections.IEnumerable]) -and $_.PropertyType -ne [string] }
        $lists.Name | Should -Contain 'Events'
        $lists | Where-Object { $_.PropertyType.Name -notin 'FlatList`1', 'FlatTable' } | ForEach-Object { "$($_.DeclaringType).$($_.Name)" } | Should -BeNullOrEmpty
    }
}

Describe 'Importing' {
    It 'works beside other versions of YamlDotNet and Google.Protobuf, whoever comes <Order>' -ForEach @(@{ Order = 'first' }, @{ Order = 'second' }) {
        foreach ($name in 'YamlDotNet', 'Google.Protobuf') {
            if (-not (Test-Path "$directory/$name.dll")) {
                Add-Type -OutputAssembly "$directory/$name.dll" -TypeDefinition "[assembly: System.Reflection.AssemblyVersion(`"1.2.3.4`")] namespace $name { public static class Foreign { public static string Version => typeof(Foreign).Assembly.GetName().Version.ToString(); } }"
            }
        }

        $others = "Add-Type -Path '$directory/YamlDotNet.dll', '$directory/Google.Protobuf.dll'; [YamlDotNet.Foreign]::Version; [Google.Protobuf.Foreign]::Version"
        $ours = "Import-Module '$manifest'; (Get-OnboardingContext).Name; 'kind: OnboardingConfiguration' | Test-OnboardingConfiguration -Quiet"
        $said = Invoke-FreshPwsh ($Order -eq 'first' ? "$others; $ours" : "$ours; $others")
        $said | Should -Contain '1.2.3.4'
        $said | Should -Contain 'prod-eu'
        $said | Should -Contain 'False'
    }

    It 'loads nothing of lib until a cmdlet needs it' {
        # PowerShell compiles in the background what its last start compiled, and loads our assemblies for that. Not on so few processors.
        $env:DOTNET_MultiCoreJitMinNumCpus = '100'
        $lib = Join-Path (Split-Path $manifest) lib
        try {
            $said = Invoke-FreshPwsh "Import-Module '$manifest'; @([AppDomain]::CurrentDomain.GetAssemblies() | Where-Object Location -CLike '$lib/*').Count"
        }
        finally {
            Remove-Item Env:DOTNET_MultiCoreJitMinNumCpus
        }

        $said | Should -Be '0'
    }

    It 'can be done again with -Force' {
        $said = Invoke-FreshPwsh "1..3 | ForEach-Object { Import-Module '$manifest' -Force; (Get-OnboardingContext).Name }; Remove-Module Onboarding; Import-Module '$manifest'; (Get-OnboardingContext).Namespace"
        $said | Should -Be 'prod-eu', 'prod-eu', 'prod-eu', 'shop'
    }

    It 'works in 20 runspaces at once' {
        $said = Invoke-FreshPwsh "1..20 | ForEach-Object -Parallel { Import-Module '$manifest'; (Get-OnboardingContext).Name } -ThrottleLimit 20"
        $said.Count | Should -Be 20
        $said | Select-Object -Unique | Should -Be 'prod-eu'
    }

    It 'connects all runspaces of the process' {
        $said = Invoke-FreshPwsh "Import-Module '$manifest'; Connect-OnboardingPlane other; 1..4 | ForEach-Object -Parallel { Import-Module '$manifest'; (Get-OnboardingContext).Name }"
        $said | Select-Object -Unique | Should -Be 'other'
    }

    It 'works in ConstrainedLanguage, tables included' {
        $said = Invoke-FreshPwsh "Import-Module '$manifest'; `$ExecutionContext.SessionState.LanguageMode = 'ConstrainedLanguage'; Get-OnboardingContext | Format-Table | Out-String; 'kind: X' | Test-OnboardingConfiguration | Format-Table | Out-String -Width 120; Get-OnboardingContext -ListAvailable | Format-List | Out-String"
        "$said" | Should -Match '\*\s+prod-eu'
        "$said" | Should -Match 'Error'
    }
}

Describe 'Completion' {
    It 'is silent and quick where nothing can be had' {
        $listener = Start-Listener
        try {
            $null = New-Kubeconfig "$directory/silent" -Server "https://127.0.0.1:$($listener.Port)"
            $line = "Get-MeshWorkload -KubeConfig $directory/silent -Name x"
            $watch = [System.Diagnostics.Stopwatch]::StartNew()
            $before = $Error.Count
            $matched = (TabExpansion2 $line $line.Length).CompletionMatches
            $matched | Where-Object ResultType -EQ ParameterValue | Where-Object ToolTip -EQ 'x' | Should -BeNullOrEmpty
            $Error.Count | Should -Be $before
            $watch.Elapsed.TotalSeconds | Should -BeLessThan 60
        } finally {
            $listener.Stop()
        }
    }

    It 'offers contexts of the kubeconfig' {
        (TabExpansion2 'Connect-OnboardingPlane -Context pro' 36).CompletionMatches.CompletionText | Should -Contain 'prod-eu'
    }
}

Describe 'A call' {
    It 'that is stopped ends at once' {
        $listener = Start-Listener
        $shell = [powershell]::Create()
        try {
            $config = New-Kubeconfig "$directory/hanging" -Server "https://127.0.0.1:$($listener.Port)"
            $null = $shell.AddScript("Import-Module '$manifest'; Get-MeshWorkload -KubeConfig '$config' -TimeoutSec 600")
            $running = $shell.BeginInvoke()
            Wait-Until { $listener.Calls -gt 0 }
            $watch = [System.Diagnostics.Stopwatch]::StartNew()
            $shell.Stop()
            $watch.Elapsed.TotalSeconds | Should -BeLessThan 60
            { $shell.EndInvoke($running) } | Should -Throw
        } finally {
            $shell.Dispose()
            $listener.Stop()
        }
    }

    It 'of a cluster that is not there is ClusterUnreachable' {
        { Get-MeshWorkload -TimeoutSec 1 -ErrorAction Stop } | Should -Throw -ErrorId 'ClusterUnreachable,Onboarding.Cmdlets.GetMeshWorkloadCommand'
    }
}
