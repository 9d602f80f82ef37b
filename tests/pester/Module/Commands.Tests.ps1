# B4: each cmdlet that the product prints, as B4_CommandCatalogueTests found it with values for what is filled in, is bound with its parameters.
BeforeDiscovery {
    $golden = Get-Content -Raw "$PSScriptRoot/../../unit/golden/Documentation/B4_CommandCatalogueTests.txt"
    $commands = [regex]::Match($golden, '(?m)^## B4_Cmdlets\n((?:.+\n)+)').Groups[1].Value.Trim().Split("`n") | ForEach-Object { @{ Command = $_ } }
}

BeforeAll {
    Import-Module $PSScriptRoot/../Support/Onboarding.Testing.psm1
    Import-BuiltModule
    function Get-Command4([string] $Text) {
        $ast = [System.Management.Automation.Language.Parser]::ParseInput($Text, [ref]$null, [ref]$null).Find({ $args[0] -is [System.Management.Automation.Language.CommandAst] }, $true)
        $ast, [System.Management.Automation.Language.StaticParameterBinder]::BindCommand($ast, $true)
    }
}

Describe 'B4: the printed command' {
    It 'is understood: <Command>' -ForEach $commands {
        $text = $Command
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
    }
}
