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
Namespace WorkloadGroup Address  Agent      Sidecar Age Instance
--------- ------------- -------  -----      ------- --- --------
bookinfo  ratings       10.0.0.1 Lost       Unknown AGE jwt-demo--vm-1
bookinfo  ratings       10.0.0.2 Registered         AGE jwt-demo--vm-2
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
Identity           WorkloadGroup Admitted Policy       Rule NearestMiss
--------           ------------- -------- ------       ---- -----------
jwt  issuer=https: ratings       False                      policy ratings rule
//demo.localhost                                            1: jwt.issuer matche
subject=x                                                   d; jwt.attributes[ro
                                                            le] is absent, not "
                                                            ratings"
'@.Trim("`n")
    }

    It 'of decisions say what was missing at 140 columns' {
        Test-WorkloadGroupPolicy -Identity $stranger -WorkloadGroup ratings | Get-Golden 140 | Should -BeExactly @'
Identity           WorkloadGroup Admitted Policy       Rule NearestMiss
--------           ------------- -------- ------       ---- -----------
jwt  issuer=https: ratings       False                      policy ratings rule 1: jwt.issuer matched; jwt.attributes[role] is absent, not "
//demo.localhost                                            ratings"
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

    It 'of status list refused attempts, too, at 80 columns' {
        Get-OnboardingStatus -All | Where-Object Instance -Like 'jwt*' | Get-Golden 80 | Should -BeExactly @'
Namespace WorkloadGroup Phase      For Reason              LastSeen Instance
--------- ------------- -----      --- ------              -------- --------
bookinfo  ratings       Refused    AGE PolicyDenied        AGE      jwt-demo--la
                                                                    ptop
bookinfo  ratings       Lost       AGE AgentConnectionLost AGE      jwt-demo--vm
                                                                    -1
bookinfo  ratings       Registered AGE                              jwt-demo--vm
                                                                    -2
'@.Trim("`n")
    }

    It 'of status list refused attempts, too, at 140 columns' {
        Get-OnboardingStatus -All | Where-Object Instance -Like 'jwt*' | Get-Golden 140 | Should -BeExactly @'
Namespace WorkloadGroup Phase      For Reason              LastSeen Instance
--------- ------------- -----      --- ------              -------- --------
bookinfo  ratings       Refused    AGE PolicyDenied        AGE      jwt-demo--laptop
bookinfo  ratings       Lost       AGE AgentConnectionLost AGE      jwt-demo--vm-1
bookinfo  ratings       Registered AGE                              jwt-demo--vm-2
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
Namespace     : bookinfo
WorkloadGroup : ratings
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
Labels         : app=ratings,version=v1
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
Identity      : jwt  issuer=https://demo.localhost  subject=x
Namespace     : bookinfo
WorkloadGroup : ratings
Admitted      : False
Outcome       : NoRule
NearestMiss   : policy ratings rule 1: jwt.issuer matched; jwt.attributes[role] is absent, not "ratings"
Explanation   : policy ratings rule 1: jwt.issuer matched; jwt.attributes[role] is absent, not "ratings"
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

Describe 'B16: objects, not text' {
    BeforeAll {
        $workload = Get-MeshWorkload ratings-jwt-demo--vm-1
    }

    It 'export values, and no name of a type, from <_>' -ForEach @(
        'Get-MeshWorkload', 'Get-OnboardingStatus -All', 'Get-WorkloadGroupPolicy', 'Get-OnboardingContext', '$plane', '$workload | Test-WorkloadGroupPolicy'
    ) {
        $csv = & ([scriptblock]::Create($_)) | ConvertTo-Csv
        $csv.Count | Should -BeGreaterThan 1
        "$csv" | Should -Not -Match 'System\.|Onboarding\.Cmdlets|\[\]'
        # What formats need, and tables have under another name, is in no export.
        $csv[0] | Should -Not -Match 'Text"'
    }

    It 'have labels that are read by name, bind as a hashtable and are a selector as text' {
        $workload.Labels.app | Should -BeExactly 'ratings'
        ([hashtable]$workload.Labels).version | Should -BeExactly 'v1'
        (Get-MeshWorkload -Selector "$($workload.Labels)").Name | Should -Contain $workload.Name
    }

    It 'have an identity that -Identity takes: <Name>' -ForEach @(
        @{ Name = 'as a parameter'; Ask = { Test-WorkloadGroupPolicy -Identity $workload.Identity -WorkloadGroup ratings } }
        @{ Name = 'by the pipeline'; Ask = { $workload.Identity | Test-WorkloadGroupPolicy -WorkloadGroup ratings } }
        @{ Name = 'of a workload'; Ask = { $workload | Test-WorkloadGroupPolicy } }
        @{ Name = 'of a refused attempt'; Ask = { Get-OnboardingStatus jwt-demo--laptop | Test-WorkloadGroupPolicy } }
        @{ Name = 'of a decision'; Ask = { $workload | Test-WorkloadGroupPolicy | Test-WorkloadGroupPolicy } }
        @{ Name = 'of a row'; Ask = { [pscustomobject]@{ Identity = $workload.Identity.Json; WorkloadGroup = 'ratings' } | Test-WorkloadGroupPolicy } }
    ) {
        $decision = & $Ask
        $decision.Admitted | Should -BeTrue
        $decision.Identity.Platform | Should -BeExactly 'jwt'
        $decision.Identity.Facts.role | Should -BeExactly 'ratings'
    }

    It 'have a group by one name, and by the alias that scripts know' {
        foreach ($object in $workload, (Get-OnboardingStatus jwt-demo--laptop), ($workload | Test-WorkloadGroupPolicy)) {
            $object.WorkloadGroup | Should -BeExactly 'ratings'
            $object.Namespace | Should -BeExactly 'bookinfo'
        }

        (Get-OnboardingStatus jwt-demo--laptop).Group | Should -BeExactly 'ratings'
        ($workload | Test-WorkloadGroupPolicy).Group | Should -BeExactly 'ratings'
        "$(($workload | Test-WorkloadGroupPolicy).Subject)" | Should -BeExactly "$($workload.Identity)"
    }
}
