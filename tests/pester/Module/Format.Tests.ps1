BeforeAll {
    Import-Module $PSScriptRoot/../Support/Onboarding.Testing.psm1
    Import-BuiltModule
    $directory = New-TestDirectory
    $saved = $env:KUBECONFIG
    $env:KUBECONFIG = New-Kubeconfig "$directory/kubeconfig"
    $env:ONBOARDING_ENDPOINT = Find-BuiltProgram lab onboarding-lab
    $plane = Start-OnboardingPlane -DataDirectory "$directory/golden" -Port 0 -Sample Bookinfo
    New-BookinfoMember -KubeConfig $plane.KubeConfig
    New-RefusalEvent -KubeConfig $plane.KubeConfig
    $null = New-WorkloadGroupPolicy ratings -WorkloadGroup ratings -Jwt -Issuer https://demo.localhost -Attribute @{ role = 'ratings' }

    # The plane says in the policy's status that it took it, and whom it admits.
    Wait-Until { (Get-WorkloadGroupPolicy ratings) | ForEach-Object { $_.Accepted -and $_.Members -eq 2 } }

    $stranger = @{ jwt = @{ issuer = 'https://demo.localhost'; subject = 'x' } }

    # What differs from run to run; in tables in the three characters of a column.
    function Get-Golden([int] $Width) {
        process { $all += , $_ }
        begin { $all = @() }
        end { ($all | Format-AtWidth $Width) -creplace '(?m)(?<= )(\d[smh] |\d\d[smh])(?= )|(?<= )\d\d?[smh]$', 'AGE' -replace '(?m)\b(\d+ ms|\d+ s|\d+m \d+s)(?=[ )]|$)', '<age>' }
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
bookinfo  ratings       jwt-demo--vm-1 10.0.0.1 Lost       Unknown AGE
bookinfo  ratings       jwt-demo--vm-2 10.0.0.2 Registered         AGE
'@.Trim("`n")
    }

    It 'of workloads have names in the view Wide at 140 columns' {
        Get-MeshWorkload ratings-jwt* | Format-Table -View Wide | Get-Golden 140 | Should -BeExactly @'
Namespace Agent      Sidecar Age Address  Version ConnectedTo Name
--------- -----      ------- --- -------  ------- ----------- ----
bookinfo  Lost       Unknown AGE 10.0.0.1 v0.1.0              ratings-jwt-demo--vm-1
bookinfo  Registered         AGE 10.0.0.2 v0.1.0              ratings-jwt-demo--vm-2
'@.Trim("`n")
    }

    It 'of policies say what they select, at <_> columns' -ForEach 80, 140 {
        Get-WorkloadGroupPolicy | Get-Golden $_ | Should -BeExactly @'
Namespace Name    Rules Selects Members Accepted Warnings
--------- ----    ----- ------- ------- -------- --------
bookinfo  ratings     1 ratings       2 True
'@.Trim("`n")
    }

    It 'of problems wrap their message' {
        "apiVersion: config.agent.onboarding.tetrate.io/v1alpha1`nkind: OnboardingConfiguration`nworkloadGroup: {namespace: shop, name: cart}" |
            Test-OnboardingConfiguration | Get-Golden 140 | Should -BeExactly @'
Severity File             Line Column Path               Message
-------- ----             ---- ------ ----               -------
Error                        1      1 onboardingEndpoint is required
'@.Trim("`n")
    }

    It 'of decisions wrap what was missing at 80 columns' {
        Test-WorkloadGroupPolicy -Identity $stranger -WorkloadGroup ratings | Get-Golden 80 | Should -BeExactly @'
Subject            Group        Admitted Policy       Rule NearestMiss
-------            -----        -------- ------       ---- -----------
jwt  issuer=https: ratings      False                      policy ratings rule 1
//demo.localhost                                           : jwt.issuer matched;
subject=x                                                   jwt.attributes[role]
                                                            is absent, not "rati
                                                           ngs"
'@.Trim("`n")
    }

    It 'of decisions say what was missing at 140 columns' {
        Test-WorkloadGroupPolicy -Identity $stranger -WorkloadGroup ratings | Get-Golden 140 | Should -BeExactly @'
Subject            Group        Admitted Policy       Rule NearestMiss
-------            -----        -------- ------       ---- -----------
jwt  issuer=https: ratings      False                      policy ratings rule 1: jwt.issuer matched; jwt.attributes[role] is absent, not "r
//demo.localhost                                           atings"
subject=x
'@.Trim("`n")
    }

    It 'of contexts mark the one in force' {
        Disconnect-OnboardingPlane
        try {
            Get-OnboardingContext -ListAvailable | Where-Object Name -NE golden | Get-Golden 80 | Should -BeExactly @'
Current Name    Cluster         Namespace Endpoint Source
------- ----    -------         --------- -------- ------
        other   clu…-of-prod-eu default            kubeconfig
*       prod-eu clu…-of-prod-eu shop               kubeconfig
'@.Trim("`n")
        } finally {
            Connect-OnboardingPlane golden
        }
    }

    It 'of status list refused attempts, too, at <_> columns' -ForEach 80, 140 {
        Get-OnboardingStatus -All | Where-Object Instance -Like 'jwt*' | Get-Golden $_ | Should -BeExactly @'
Namespace WorkloadGroup Instance         Phase      For Reason        LastSeen
--------- ------------- --------         -----      --- ------        --------
bookinfo  ratings       jwt-demo--laptop Refused    AGE PolicyDenied  AGE
bookinfo  ratings       jwt-demo--vm-1   Lost       AGE AgentC…onLost AGE
bookinfo  ratings       jwt-demo--vm-2   Registered AGE
'@.Trim("`n")
    }

    It 'of planes name the kubeconfig, and the data directory where there is room' {
        $where = [regex]::Escape($directory)
        ($plane | Format-AtWidth 140) -replace $where, '<directory>' -replace 'localhost:\d+', 'localhost:15443' -replace '(:15443) +\d+', '$1 4121' -replace '-+', '-' -replace ' +', ' ' |
            Should -BeExactly @'
Name Status Endpoint ProcessId KubeConfig DataDirectory
- - - - - -
golden Running https://localhost:15443 4121 <directory>/golden/kubeconfig <directory>/golden
'@.Trim("`n")
        ($plane | Format-AtWidth 80).Split("`n") | ForEach-Object { $_.Length | Should -BeLessOrEqual 80 }
        ($plane | Format-AtWidth 80).Split("`n")[0] -replace ' +', ' ' | Should -BeExactly 'Name Status Endpoint ProcessId KubeConfig'
    }
}

Describe 'Lists' {
    It 'of a refusal have everything that helps, and nothing that is empty' {
        Get-OnboardingStatus -CorrelationId 7f3c-91ab | Format-List | Get-Golden 140 | Should -BeExactly @'
Instance      : jwt-demo--laptop
Group         : bookinfo/ratings
Phase         : Refused (<age> ago)
Reason        : PolicyDenied
Explanation   : 0 policies in bookinfo; deny is the default.
Identity      : jwt  issuer=https://demo.localhost  subject=laptop  role=ratings
CorrelationId : 7f3c-91ab
Remediation   : New-WorkloadGroupPolicy ratings -Namespace bookinfo -WorkloadGroup ratings -Jwt -Issuer https://demo.localhost -Attribute @{
                 role = 'ratings' }
'@.Trim("`n")
    }

    It 'of a workload have its name, who it is and its labels' {
        (Get-MeshWorkload ratings-jwt-demo--vm-1 | Format-List | Format-AtWidth 140) -replace '(?m)^((?:LastSeen|Created) +): .*$', '$1: <time>' |
            Should -BeExactly @'
Name           : ratings-jwt-demo--vm-1
Namespace      : bookinfo
WorkloadGroup  : ratings
Instance       : jwt-demo--vm-1
Platform       : jwt
Identity       : jwt  issuer=https://demo.localhost  subject=vm-1  role=ratings
Address        : 10.0.0.1
Labels         : app=ratings, version=v1
Phase          : Lost
Reason         : AgentConnectionLost
LastSeen       : <time>
AgentVersion   : v0.1.0
Sidecar        : Unknown
SidecarVersion : 1.26.0
Created        : <time>
'@.Trim("`n")
    }

    It 'of a policy have the whole manifest' {
        (Get-WorkloadGroupPolicy | Format-List | Format-AtWidth 140) -replace '(?m)^(Created +): .*$', '$1: <time>' | Should -BeExactly @'
Name      : ratings
Namespace : bookinfo
Rules     : 1
Selects   : {ratings}
Members   : 2
Accepted  : True
Created   : <time>
Manifest  : apiVersion: authorization.onboarding.tetrate.io/v1alpha1
            kind: OnboardingPolicy
            metadata:
              name: ratings
              namespace: bookinfo
            spec:
              allow:
              - workloads:
                - jwt:
                    issuer: https://demo.localhost
                    attributes:
                    - name: role
                      values:
                      - ratings
                onboardTo:
                - workloadGroupSelector:
                    matchLabels:
                      app: ratings
'@.Trim("`n")
    }

    It 'of a decision have the outcome and the whole explanation' {
        Test-WorkloadGroupPolicy -Identity $stranger -WorkloadGroup ratings | Format-List | Get-Golden 140 | Should -BeExactly @'
Subject     : jwt  issuer=https://demo.localhost  subject=x
Namespace   : bookinfo
Group       : ratings
Admitted    : False
Outcome     : NoRule
NearestMiss : policy ratings rule 1: jwt.issuer matched; jwt.attributes[role] is absent, not "ratings"
Explanation : policy ratings rule 1: jwt.issuer matched; jwt.attributes[role] is absent, not "ratings"
'@.Trim("`n")
    }

    It 'of a plane name what can be piped on' {
        $text = ($plane | Format-List | Format-AtWidth 140) -replace [regex]::Escape($directory), '<directory>'
        $text -replace 'localhost:\d+', 'localhost:15443' -replace '(ProcessId +): \d+', '$1: 4121' | Should -BeExactly @'
Name                     : golden
Status                   : Running
Endpoint                 : https://localhost:15443
ProcessId                : 4121
KubeConfig               : <directory>/golden/kubeconfig
DataDirectory            : <directory>/golden
CertificateAuthorityPath : <directory>/golden/endpoint-ca.pem
ConfigurationPath        : <directory>/golden/onboarding.config.yaml
AgentConfigurationPath   : <directory>/golden/agent.config.yaml
StateDirectory           : <directory>/golden/machine
'@.Trim("`n")
    }
}
