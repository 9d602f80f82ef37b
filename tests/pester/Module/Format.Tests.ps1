BeforeAll {
    Import-Module $PSScriptRoot/../Support/Onboarding.Testing.psm1
    Import-BuiltModule
    $directory = New-TestDirectory
    $saved = $env:KUBECONFIG
    $env:KUBECONFIG = New-Kubeconfig "$directory/kubeconfig"
    $env:ONBOARDING_ENDPOINT = Find-BuiltProgram endpoint onboarding-endpoint
    $plane = Start-OnboardingPlane -DataDirectory "$directory/golden" -Port 0 -Sample Bookinfo
    New-BookinfoMember -KubeConfig $plane.KubeConfig
    New-RefusalEvent -KubeConfig $plane.KubeConfig
    $null = New-WorkloadGroupPolicy ratings -WorkloadGroup ratings -Jwt -Issuer https://demo.localhost -Attribute @{ role = 'ratings' }

    # What differs from run to run, in the last columns of the tables.
    function Get-Golden([int] $Width) {
        process { $all += , $_ }
        begin { $all = @() }
        end { ($all | Format-AtWidth $Width) -replace '(?m)\b(\d+ ms|\d+ s|\d+m \d+s)( ago)?$', '<age>' -replace '(?m)\b(\d+ ms|\d+ s|\d+m \d+s)( ago)?(?=[ )])', '<age>' }
    }
}

AfterAll {
    Stop-OnboardingPlane
    $env:KUBECONFIG = $saved
    Remove-TestDirectory $directory
}

Describe 'Tables' {
    It 'of workloads fit 80 columns without their names' {
        Get-MeshWorkload ratings-jwt* | Get-Golden 80 | Should -BeExactly @'

Namespace WorkloadGroup Instance       Address  Agent      Sidecar Age
--------- ------------- --------       -------  -----      ------- ---
bookinfo  ratings       jwt-demo--vm-1 10.0.0.1 Lost       1.26.0  <age>
bookinfo  ratings       jwt-demo--vm-2 10.0.0.2 Registered 1.26.0  <age>
'@.Trim("`n")
    }

    It 'of workloads have names in the view Wide at 140 columns' {
        Get-MeshWorkload ratings-jwt* | Format-Table -View Wide | Get-Golden 140 | Should -BeExactly @'
Namespace Name                   WorkloadGroup Address  Agent      ConnectedTo Version Sidecar Age
--------- ----                   ------------- -------  -----      ----------- ------- ------- ---
bookinfo  ratings-jwt-demo--vm-1 ratings       10.0.0.1 Lost                   v0.1.0  1.26.0  <age>
bookinfo  ratings-jwt-demo--vm-2 ratings       10.0.0.2 Registered             v0.1.0  1.26.0  <age>
'@.Trim("`n")
    }

    It 'of policies say what they select' {
        Get-WorkloadGroupPolicy | Select-Object * -ExcludeProperty Members, Accepted | Out-Null
        $text = Get-WorkloadGroupPolicy | Get-Golden 80
        $text | Should -Match '(?m)^Namespace Name    Rules Selects Members Accepted Warnings$'
        $text | Should -Match '(?m)^bookinfo  ratings     1 ratings '
    }

    It 'of problems wrap their message' {
        "apiVersion: config.agent.onboarding.tetrate.io/v1alpha1`nkind: OnboardingConfiguration`nworkloadGroup: {namespace: shop, name: cart}" |
            Test-OnboardingConfiguration | Get-Golden 140 | Should -BeExactly @'
Severity File                   Line Column Path                     Message
-------- ----                   ---- ------ ----                     -------
Error                              1      1 onboardingEndpoint       is required
'@.Trim("`n")
    }

    It 'of decisions say what was missing' {
        $text = Test-WorkloadGroupPolicy -Identity @{ jwt = @{ issuer = 'https://demo.localhost'; subject = 'x' } } -WorkloadGroup ratings | Get-Golden 140
        $text | Should -Match '(?m)^Subject +Group +Admitted Policy +Rule NearestMiss$'
        $text | Should -Match 'False'
    }

    It 'of contexts mark the one in force' {
        Disconnect-OnboardingPlane
        try {
            Get-OnboardingContext -ListAvailable | Where-Object Name -NE golden | Get-Golden 80 | Should -BeExactly @'
Current Name    Cluster            Namespace Endpoint Source
------- ----    -------            --------- -------- ------
        other   cluster-of-prod-eu default            kubeconfig
*       prod-eu cluster-of-prod-eu shop               kubeconfig
'@.Trim("`n")
        } finally {
            Connect-OnboardingPlane golden
        }
    }

    It 'of status list refused attempts, too' {
        $text = Get-OnboardingStatus -All | Get-Golden 140
        $text | Should -Match '(?m)^Namespace WorkloadGroup Instance +Phase +For +Reason +LastSeen$'
        $text | Should -Match '(?m)^bookinfo  ratings       jwt-demo--laptop +Refused +<age> +PolicyDenied +<age>$'
        $text | Should -Match '(?m)^bookinfo  ratings       jwt-demo--vm-1 +Lost +<age> +AgentConnectionLost +<age>$'
    }
}

Describe 'Lists' {
    It 'of a refusal have everything that helps, and nothing that is empty' {
        Get-OnboardingStatus -CorrelationId 7f3c-91ab | Format-List | Get-Golden 140 | Should -BeExactly @'
Instance      : jwt-demo--laptop
Group         : bookinfo/ratings
Phase         : Refused (<age>)
Reason        : PolicyDenied
Explanation   : 0 policies in bookinfo; deny is the default.
Identity      : jwt  issuer=https://demo.localhost  subject=laptop  role=ratings
CorrelationId : 7f3c-91ab
Remediation   : New-WorkloadGroupPolicy ratings -Namespace bookinfo -WorkloadGroup ratings -Jwt -Issuer https://demo.localhost -Attribute @{
                 role = 'ratings' }
'@.Trim("`n")
    }

    It 'of a workload have its name, who it is and its labels' {
        $text = Get-MeshWorkload ratings-jwt-demo--vm-1 | Format-List | Get-Golden 80
        $text | Should -Match '(?m)^Name +: ratings-jwt-demo--vm-1$'
        $text | Should -Match '(?m)^Labels +: app=ratings, version=v1$'
        $text | Should -Not -Match 'ConnectedTo'
    }

    It 'of a plane name what can be piped on' {
        $text = $plane | Format-List | Get-Golden 140
        $text | Should -Match '(?m)^ConfigurationPath +: .*onboarding.config.yaml$'
        $text | Should -Match '(?m)^StateDirectory +: .*machine$'
    }
}
