# B4: each cmdlet that the product prints, as B4_CommandCatalogueTests found it with values for what is filled in, is bound with its parameters; and
# it is run, where it is all that has to be typed: a change under -WhatIf, a question as it is.
BeforeDiscovery {
    $golden = Get-Content -Raw "$PSScriptRoot/../../unit/golden/Documentation/B4_CommandCatalogueTests.txt"
    $commands = [regex]::Match($golden, '(?m)^## B4_Cmdlets\n((?:.+\n)+)').Groups[1].Value.Trim().Split("`n") | ForEach-Object { @{ Command = $_ } }
}

BeforeAll {
    Import-Module $PSScriptRoot/../Support/Onboarding.Testing.psm1
    Import-Module $PSScriptRoot/../Support/Onboarding.Machine.psm1
    Import-BuiltModule
    $directory = New-TestDirectory
    $WarningPreference = 'SilentlyContinue'
    $env:ONBOARDING_ENDPOINT = Find-BuiltProgram lab onboarding-lab
    $env:ONBOARDING_AGENT_SOCKET = $null
    $plane = Start-OnboardingPlane -DataDirectory "$directory/demo" -Port 0 -Sample Bookinfo
    New-TestPolicy
    New-RefusalEvent -KubeConfig $plane.KubeConfig
    $registration = ($plane | Register-MeshWorkload).Name
    Wait-Until { Get-MeshWorkload $registration }

    function Get-Command4([string] $Text) {
        $ast = [System.Management.Automation.Language.Parser]::ParseInput($Text, [ref]$null, [ref]$null).Find({ $args[0] -is [System.Management.Automation.Language.CommandAst] }, $true)
        $ast, [System.Management.Automation.Language.StaticParameterBinder]::BindCommand($ast, $true)
    }

    # Those that are all that has to be typed: a set of parameters of which none that is required lacks.
    function Test-Complete($Command, $Bound) {
        $Command.ParameterSets | Where-Object {
            $names = $_.Parameters.Name
            $required = @($_.Parameters | Where-Object IsMandatory | ForEach-Object Name)
            -not (Compare-Object $required @($Bound | Where-Object { $_ -in $required })) -and -not ($Bound | Where-Object { $_ -notin $names })
        }
    }
}

AfterAll {
    Stop-OnboardingPlane
    Remove-TestDirectory $directory
}

Describe 'B4: the printed command' {
    It 'is understood: <Command>' -ForEach $commands {
        $file = $Command -match 'Configuration' ? $plane.ConfigurationPath : "$directory/policy.yaml"
        $text = $Command.Replace('REGISTRATION', $registration).Replace('FILE', "'$file'").Replace('/tmp/directory', "'$directory/other'")
        if ($text -match '^Get-Help ') {
            $help = & ([scriptblock]::Create($text))
            "$($help.Name)$help" | Should -Not -BeNullOrEmpty
            return
        }

        $ast, $binding = Get-Command4 $text
        $info = Get-Command $ast.GetCommandName()
        # A sentence may end with a parameter whose value a person chooses.
        $last = $ast.CommandElements[-1]
        if ($last -is [System.Management.Automation.Language.CommandParameterAst] -and -not $last.Argument -and $info.Parameters[$last.ParameterName].ParameterType -ne [switch]) {
            $ast, $binding = Get-Command4 "$text demo"
        }

        $binding.BindingExceptions.Values.BindingException.Message | Should -BeNullOrEmpty
        if ($info.CommandType -eq 'Alias') {
            $info = $info.ResolvedCommand
        }

        # Those that read a file or an object of a person's own are bound alone.
        if ($text -match 'plane\.yaml|rack-7|Audit|Report|SupportBundle|JoinToken' -or -not (Test-Complete $info @($binding.BoundParameters.Keys))) {
            return
        }

        $whatIf = $info.Parameters.ContainsKey('WhatIf') ? ' -WhatIf' : ''
        if ($info.Name -eq 'Set-WorkloadGroupPolicy') {
            New-WorkloadGroupPolicy ratings -WorkloadGroup ratings -Jwt -Issuer https://demo.localhost -AsYaml | Set-Content "$directory/policy.yaml"
        }

        $failed = $null
        & ([scriptblock]::Create("$($ast.Extent.Text)$whatIf -ErrorVariable failed -ErrorAction SilentlyContinue | Out-Null; Set-Variable failed `$failed -Scope 1"))
        # Where an object's name was said that is taken or isn't there, the command did its work.
        $failed | Where-Object { $_ -is [System.Management.Automation.ErrorRecord] -and $_.FullyQualifiedErrorId -notmatch '^(PolicyExists|ContextNotFound|PlaneNotFound|SessionExists|FileExists|\w+NotFound|GroupExists)' } |
            ForEach-Object { "$($_.FullyQualifiedErrorId): $_" } | Should -BeNullOrEmpty
    }
}
