BeforeDiscovery {
    Import-Module $PSScriptRoot/../Support/Onboarding.Testing.psm1
    Import-BuiltModule
    $commands = Get-Command -Module Onboarding -CommandType Cmdlet | ForEach-Object { @{ Name = $_.Name } }
}

BeforeAll {
    Import-Module $PSScriptRoot/../Support/Onboarding.Testing.psm1
    Import-BuiltModule
    $root = Get-RepositoryRoot
    $directory = New-TestDirectory
    $about = Get-Content "$root/module/en-US/about_Onboarding_Errors.help.txt"
}

AfterAll {
    Remove-TestDirectory $directory
}

Describe 'The help of <Name>' -ForEach $commands {
    BeforeAll {
        $help = Get-Help $Name -Full
    }

    It 'has a synopsis and a description of its own' {
        $help.Synopsis | Should -Not -Match "^\s*$Name"
        $help.Synopsis.Trim() | Should -Not -BeNullOrEmpty
        ($help.Description | Out-String).Trim() | Should -Not -BeNullOrEmpty
    }

    It 'explains every parameter' {
        $common = [System.Management.Automation.Cmdlet]::CommonParameters + [System.Management.Automation.Cmdlet]::OptionalCommonParameters
        foreach ($parameter in (Get-Command $Name).Parameters.Keys | Where-Object { $_ -notin $common }) {
            $said = (Get-Help $Name -Parameter $parameter).Description.Text -join ' '
            $said.Trim() | Should -Not -BeNullOrEmpty -Because "-$parameter"
            $said | Should -Not -Match '\{\{' -Because "-$parameter"
        }
    }

    It 'has three examples, and each of them parses' {
        $examples = @($help.Examples.Example)
        $examples.Count | Should -BeGreaterOrEqual 3
        foreach ($example in $examples) {
            $code = "$($example.Code)"
            $code | Should -Match $Name
            $errors = $null
            $null = [System.Management.Automation.Language.Parser]::ParseInput($code, [ref]$null, [ref]$errors)
            $errors | Should -BeNullOrEmpty -Because $code
        }
    }

    It 'names in its Markdown exactly the parameters it has' {
        $written = Select-String "$root/docs/cmdlets/$Name.md" -Pattern '^### -(\w+)$' | ForEach-Object { $_.Matches[0].Groups[1].Value }
        $has = (Get-Command $Name).Parameters.Keys | Where-Object { $_ -notin [System.Management.Automation.Cmdlet]::CommonParameters }
        ($written | Sort-Object) -join ', ' | Should -BeExactly (($has | Sort-Object) -join ', ')
    }
}

Describe 'The shipped help' {
    # Compared by its words: platyPS, which makes it, isn't everywhere.
    It 'says of <Name> what its Markdown says' -ForEach $commands {
        [xml] $maml = Get-Content "$root/module/en-US/Onboarding.Cmdlets.dll-Help.xml" -Raw
        $shipped = ($maml.helpItems.command | Where-Object { $_.details.name -eq $Name }).InnerText -replace '\s'
        # Without its head, the syntax, headings, what YAML says of parameters, and what platyPS puts in by itself.
        $markdown = (Get-Content "$root/docs/cmdlets/$Name.md" -Raw) -replace '(?s)^---.*?\n---\n' -replace '(?s)## SYNTAX.*?(?=## DESCRIPTION)' `
            -replace '(?s)### CommonParameters.*?(?=## INPUTS)' -replace '(?s)## RELATED LINKS.*' -replace '(?s)```yaml.*?```' -replace '(?m)^(#.*|```\w*)$', "`n"
        foreach ($paragraph in $markdown -split '\n\s*\n' | Where-Object { $_.Trim() }) {
            $shipped.Contains(($paragraph -replace '\s')) | Should -BeTrue -Because "the help lacks '$paragraph'; run: ./build.ps1 Help"
        }
    }

    It 'has the topics that the Markdown makes' {
        & (Get-PwshPath) -NoProfile -NonInteractive -File "$root/build/Build-Help.ps1" -Destination "$directory/help" -TopicsOnly
        $LASTEXITCODE | Should -Be 0
        foreach ($file in Get-ChildItem "$root/module/en-US/about_*") {
            Get-Content "$directory/help/$($file.Name)" -Raw | Should -BeExactly (Get-Content $file.FullName -Raw) -Because "$($file.Name) is stale; run: ./build.ps1 Help"
        }
    }

    It 'has about_ topics that Get-Help finds' {
        Get-Help about_Onboarding | Out-String | Should -Match 'TEN MINUTES ON A LAPTOP'
        Get-Help about_Onboarding_Errors | Out-String | Should -Match 'EndpointNotFound'
    }
}

Describe 'Every error id' {
    It 'is explained in about_Onboarding_Errors' {
        $sources = 'client/Errors/ModuleErrorIds.cs', 'client/Errors/ErrorIds.cs', 'boot-configuration/Rendering/RenderErrorIds.cs'
        $ids = $sources | ForEach-Object { Select-String "$root/$_" -Pattern 'const string (\w+)' } | ForEach-Object { $_.Matches[0].Groups[1].Value }
        $ids.Count | Should -BeGreaterThan 60
        $ids | Where-Object { $_ -notin $about } | Should -BeNullOrEmpty
    }

    It 'of a refusal is explained under the name that cmdlets give it' {
        $reasons = Select-String "$root/api/Reasons.cs" -Pattern 'const string \w+ = "([A-Z_]+)"' | ForEach-Object { $_.Matches[0].Groups[1].Value }
        $reasons.Count | Should -BeGreaterThan 30
        $ids = $reasons | Where-Object { $_ -notin 'NOT_AUTHORIZED', 'INTERNAL' } |
            ForEach-Object { -join ($_ -split '_' | ForEach-Object { $_.Substring(0, 1) + $_.Substring(1).ToLowerInvariant() }) }
        $ids + 'PolicyDenied' | Where-Object { $_ -notin $about } | Should -BeNullOrEmpty
    }

    It 'is explained once' {
        $headings = $about | Where-Object { $_ -cmatch '^[A-Z][a-z]\w*$' }
        $headings | Group-Object | Where-Object Count -GT 1 | ForEach-Object Name | Should -BeNullOrEmpty
    }
}
