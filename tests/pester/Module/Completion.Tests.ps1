# Tab, for every parameter that offers something: what there is where there is something, nothing where nothing can be had.
BeforeDiscovery {
    Import-Module $PSScriptRoot/../Support/Onboarding.Testing.psm1
    Import-BuiltModule
    $offers = @{
        WorkloadCompleter = 'ratings-jwt-demo--vm-1'; WorkloadGroupCompleter = 'ratings'; PolicyCompleter = 'first'; NamespaceCompleter = 'bookinfo'
        ContextCompleter = 'prod-eu'; PlaneCompleter = 'completed'; SessionCompleter = 'ratings-jwt-demo--vm1'; CheckCategoryCompleter = 'Identity'
        CheckNameCompleter = 'policy'; JoinTokenCompleter = 'rack-1'; CorrelationIdCompleter = '7f3c-91ab'
    }
    $completers = foreach ($command in Get-Command -Module Onboarding -CommandType Cmdlet) {
        foreach ($parameter in $command.Parameters.Values) {
            foreach ($attribute in $parameter.Attributes | Where-Object { $_ -is [System.Management.Automation.ArgumentCompleterAttribute] }) {
                @{ Command = $command.Name; Parameter = $parameter.Name; Completer = $attribute.Type.Name; Offer = $offers[$attribute.Type.Name] }
            }
        }
    }

    # One for each that asks a cluster.
    $asking = $completers | Where-Object Completer -In 'WorkloadCompleter', 'WorkloadGroupCompleter', 'PolicyCompleter', 'NamespaceCompleter', 'JoinTokenCompleter', 'CorrelationIdCompleter' |
        Where-Object { (Get-Command $_.Command).Parameters.ContainsKey('KubeConfig') } |
        Group-Object { $_.Completer } | ForEach-Object { $_.Group[-1] }
    # What a person can't know by heart: names of what the cluster or this machine has.
    $named = foreach ($command in Get-Command -Module Onboarding -CommandType Cmdlet) {
        $new = $command.Verb -in 'New', 'Register' -or $command.Name -in 'Test-MeshOnboarding', 'Start-OnboardingPlane', 'Disconnect-OnboardingPlane', 'Get-OnboardingContext'
        foreach ($name in 'Name', 'WorkloadGroup', 'Namespace', 'Context') {
            if ($command.Parameters.ContainsKey($name) -and -not ($new -and $command.Name -ne 'New-WorkloadGroupPolicy') -and "$command $name" -ne 'New-WorkloadGroupPolicy Name') {
                @{ Command = $command.Name; Parameter = $name; Completed = [bool]($completers | Where-Object { $_.Command -eq $command.Name -and $_.Parameter -eq $name }) }
            }
        }
    }
}

BeforeAll {
    Import-Module $PSScriptRoot/../Support/Onboarding.Testing.psm1
    Import-Module $PSScriptRoot/../Support/Onboarding.Machine.psm1
    Import-Module $PSScriptRoot/../Support/Onboarding.ScriptedPlane.psm1
    Import-BuiltModule
    $directory = New-TestDirectory
    $saved = $env:KUBECONFIG, $env:ONBOARDING_ENDPOINT
    $env:KUBECONFIG = New-Kubeconfig "$directory/kubeconfig"
    $env:ONBOARDING_ENDPOINT = Find-BuiltProgram lab onboarding-lab
    $plane = Start-OnboardingPlane -DataDirectory "$directory/completed" -Port 0 -Sample Bookinfo
    New-BookinfoMember -KubeConfig $plane.KubeConfig
    $null = New-WorkloadGroupPolicy first -Selector @{ app = 'ratings' } -JoinToken -TokenName one
    $null = New-OnboardingJoinToken ratings rack-1
    New-RefusalEvent -KubeConfig $plane.KubeConfig
    $scripted = Start-ScriptedPlane "$directory/scripted"
    Set-Script $scripted @{ boots = @(@{ generation = 1 }) }
    $join = $scripted.Join
    $null = Register-MeshWorkload @join -StateDirectory "$directory/joined" -WarningAction SilentlyContinue

    function Get-Offer([string] $Line) {
        # Without what PowerShell offers by itself where a completer offers nothing: files.
        (TabExpansion2 $Line $Line.Length).CompletionMatches | Where-Object ResultType -EQ ParameterValue | ForEach-Object CompletionText
    }
}

AfterAll {
    Clear-Session
    Stop-OnboardingPlane
    $scripted.Stop()
    $env:KUBECONFIG, $env:ONBOARDING_ENDPOINT = $saved
    Remove-TestDirectory $directory
}

Describe 'Tab' -Tag Compatibility {
    It 'offers <Offer> for <Command> -<Parameter>' -ForEach $completers {
        $Offer | Should -Not -BeNullOrEmpty -Because $Completer
        $before = $Error.Count
        Get-Offer "$Command -$Parameter " | Should -Contain $Offer
        Get-Offer "$Command -$Parameter $($Offer.Substring(0, 3).ToUpperInvariant())" | Should -Contain $Offer
        Get-Offer "$Command -$Parameter '$($Offer.Substring(0, 3))" | Should -Contain $Offer
        Get-Offer "$Command -$Parameter $($Offer)nothing" | Should -BeNullOrEmpty
        $Error.Count | Should -Be $before
    }

    It 'knows <Command> -<Parameter>' -ForEach $named {
        $Completed | Should -BeTrue
    }

    It 'offers the words that a parameter takes' {
        Get-Offer 'Register-MeshWorkload -Session ' | Should -Be 'Auto', 'Process', 'Service'
        Get-Offer 'Register-MeshWorkload -ConnectedOver ' | Should -Be 'Internet', 'Vpc'
        Get-Offer 'Start-OnboardingPlane -Sample ' | Should -Contain 'Bookinfo'
        Get-Offer 'Get-MeshWorkload -Phase ' | Should -Contain 'Lost'
        Get-Offer 'Get-MeshWorkload -Platform ' | Should -Contain 'jwt'
    }

    It 'looks where the rest of the line says: in another namespace, by another kubeconfig' {
        Get-Offer 'Get-MeshWorkload -Namespace default -Name ' | Should -BeNullOrEmpty
        Get-Offer "Get-MeshWorkload -KubeConfig $($plane.KubeConfig) -Namespace bookinfo -Name rat" | Should -Contain 'ratings-jwt-demo--vm-1'
    }

    It 'is silent, and gives up, where a cluster doesn''t answer <Command> -<Parameter>' -ForEach $asking {
        $listener = Start-Listener
        try {
            $config = New-Kubeconfig "$directory/silent" -Server "https://127.0.0.1:$($listener.Port)"
            $before = $Error.Count
            $watch = [System.Diagnostics.Stopwatch]::StartNew()
            $kubeConfig = $Command -eq 'Connect-OnboardingPlane' -or (Get-Command $Command).Parameters.ContainsKey('KubeConfig') ? "-KubeConfig $config" : ''
            Get-Offer "$Command $kubeConfig -$Parameter " | Should -BeNullOrEmpty
            # 2 s; the rest is what a busy machine takes.
            $watch.Elapsed.TotalSeconds | Should -BeLessThan 60
            $listener.Calls | Should -BeGreaterThan 0
            $Error.Count | Should -Be $before
        } finally {
            $listener.Stop()
        }
    }

    It 'is silent where there is nothing to ask: no kubeconfig, no session, no plane' {
        $said = Invoke-FreshPwsh @"
Import-Module '$(Get-BuiltManifest)'
`$env:KUBECONFIG = '$directory/none'
`$env:ONBOARDING_AGENT_SOCKET = '$directory/none.sock'
foreach (`$line in 'Get-MeshWorkload -Name ', 'Get-MeshWorkload -Context ', 'Start-MeshSidecar -Name ', 'Stop-OnboardingPlane -Name ') {
    (TabExpansion2 `$line `$line.Length).CompletionMatches | Where-Object ResultType -EQ ParameterValue
}
"errors: `$(`$Error.Count)"
"@
        $said | Should -Be 'errors: 0'
    }
}
