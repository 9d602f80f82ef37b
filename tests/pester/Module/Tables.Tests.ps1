# Whole tables and lists, character by character, of what real fleets have: names of every platform at their usual lengths.
BeforeAll {
    Import-Module $PSScriptRoot/../Support/Onboarding.Testing.psm1
    Import-Module $PSScriptRoot/../Support/Onboarding.Samples.psm1
    Import-BuiltModule
}

Describe 'The format files' {
    BeforeDiscovery {
        $views = Get-ChildItem $PSScriptRoot/../../../module/*.Format.ps1xml | ForEach-Object {
            ([xml](Get-Content -Raw $_)).Configuration.ViewDefinitions.View
        } | ForEach-Object { @{ Name = $_.Name; Type = $_.ViewSelectedBy.TypeName; Xml = $_.OuterXml } }
    }

    It 'name only properties that <Type> has, in the view <Name>' -ForEach $views {
        $found = [regex]::Matches($Xml, '<PropertyName>(\w+)</PropertyName>|\$_\.(\w+)') | ForEach-Object { $_.Groups[1].Value + $_.Groups[2].Value }
        $found | Should -Not -BeNullOrEmpty
        $found | Where-Object { -not ($Type -as [type]).GetProperty($_) } | Should -BeNullOrEmpty
    }
}

Describe 'Every column' {
    # A console of 80 columns leaves the last one free.
    It 'of the default table of <_> is there in a console of 80 columns' -ForEach @(
        'Namespace, WorkloadGroup, Address, Agent, Sidecar, Age, Instance'
        'Namespace, WorkloadGroup, Phase, For, Reason, LastSeen, Instance'
        'Namespace, WorkloadGroup, Address, Phase, Sidecar, Session, Elapsed'
        'Name, Status, Kind, Id, Revision, Ready, CertExpires, Uptime'
        'Namespace, Name, Rules, Selects, Members, Accepted, Warnings'
        'Identity, WorkloadGroup, Admitted, Policy, Rule, NearestMiss'
        'Status, Category, Name, Detail, Remediation'
        'Severity, File, Line, Column, Path, Message'
        'Current, Name, Cluster, Namespace, Endpoint, Source'
    ) {
        $headers = 'Workload', 'Status', 'Registration', 'Sidecar', 'Policy', 'Decision', 'Check', 'Problem', 'Context' | ForEach-Object {
            (& "Get-Sample$_" | Format-AtWidth 79).Split("`n")[0].Trim() -replace ' +', ', '
        }
        $headers | Should -Contain $_
    }
}

Describe 'Tables' {
    It 'of workloads show what tells machines apart, at 80 columns' {
        Get-SampleWorkload | Format-AtWidth 80 | Should -BeExactly @'
Namespace WorkloadGroup Address         Agent      Sidecar Age Instance
--------- ------------- -------         -----      ------- --- --------
paym…prod checko…ontend 10.128.14.211   Connected  Ready   23h aws-aws-123456789
                                                               012-eu-west-1a-ec
                                                               2-i-0123456789abc
                                                               def0
paym…prod checko…ontend 192.168.100.200 Connected  Failed  47h aws-aws-123456789
                                                               012-eu-west-1a-ec
                                                               2-i-0123456789abc
                                                               dff1
paym…prod checko…ontend 10.128.14.9     Connected  Failed  3s  aws-aws-123456789
                                                               012-eu-west-1a-ec
                                                               s-prod-158d1c8083
                                                               dd49d6b527399fd64
                                                               14f5c
paym…prod checko…ontend 2001:db…70:7348 Lost       Unknown 59m gcp-shop-prod-eur
                                                               ope-west4-b-gce-5
                                                               57700679194777941
                                                               0
paym…prod checko…ontend 10.4.0.9        Connected  Stopped 99d azure-7f6c1f0a-2f
                                                               0e-4a55-9d6a-0b6f
                                                               2f1c9a11-vm-02aab
                                                               8a4-74ef-476e-818
                                                               2-f6d2ba4166a6
paym…prod checko…ontend 172.31.255.250  Registered         14w jwt-corp--laptop
paym…prod checko…ontend 10.8.0.3        Connected  Ready   2y  kubernetes-shop--
                                                               web--02aab8a4-74e
                                                               f-476e-8182-f6d2b
                                                               a4166a6
paym…prod checko…ontend 10.8.0.4        Connected  Failed  41s spiffe-corp.examp
                                                               le--vm.web-1
paym…prod checko…ontend 10.8.0.5        Connected  Ready   12m x509-3f2a9c0d5b7e
                                                               4f61a8c2
paym…prod checko…ontend 10.8.0.6        Lost       Unknown 9d  join-token-rack-7
'@.Trim("`n")
    }

    It 'of workloads show what tells machines apart, B16: whole at 200 columns' {
        Get-SampleWorkload | Format-AtWidth 200 | Should -BeExactly @'
Namespace WorkloadGroup Address         Agent      Sidecar Age Instance
--------- ------------- -------         -----      ------- --- --------
paym…prod checko…ontend 10.128.14.211   Connected  Ready   23h aws-aws-123456789012-eu-west-1a-ec2-i-0123456789abcdef0
paym…prod checko…ontend 192.168.100.200 Connected  Failed  47h aws-aws-123456789012-eu-west-1a-ec2-i-0123456789abcdff1
paym…prod checko…ontend 10.128.14.9     Connected  Failed  3s  aws-aws-123456789012-eu-west-1a-ecs-prod-158d1c8083dd49d6b527399fd6414f5c
paym…prod checko…ontend 2001:db…70:7348 Lost       Unknown 59m gcp-shop-prod-europe-west4-b-gce-5577006791947779410
paym…prod checko…ontend 10.4.0.9        Connected  Stopped 99d azure-7f6c1f0a-2f0e-4a55-9d6a-0b6f2f1c9a11-vm-02aab8a4-74ef-476e-8182-f6d2ba4166a6
paym…prod checko…ontend 172.31.255.250  Registered         14w jwt-corp--laptop
paym…prod checko…ontend 10.8.0.3        Connected  Ready   2y  kubernetes-shop--web--02aab8a4-74ef-476e-8182-f6d2ba4166a6
paym…prod checko…ontend 10.8.0.4        Connected  Failed  41s spiffe-corp.example--vm.web-1
paym…prod checko…ontend 10.8.0.5        Connected  Ready   12m x509-3f2a9c0d5b7e4f61a8c2
paym…prod checko…ontend 10.8.0.6        Lost       Unknown 9d  join-token-rack-7
'@.Trim("`n")
    }

    It 'of status show it, too, and why, at 80 columns' {
        Get-SampleStatus | Format-AtWidth 80 | Should -BeExactly @'
Namespace WorkloadGroup Phase      For Reason              LastSeen Instance
--------- ------------- -----      --- ------              -------- --------
paym…prod checko…ontend Connected  23h                     0s       aws-aws-1234
                                                                    56789012-eu-
                                                                    west-1a-ec2-
                                                                    i-0123456789
                                                                    abcdef0
paym…prod checko…ontend Connected  47h                     0s       aws-aws-1234
                                                                    56789012-eu-
                                                                    west-1a-ec2-
                                                                    i-0123456789
                                                                    abcdff1
paym…prod checko…ontend Refused    3s  PolicyDenied        3s       aws-aws-1234
                                                                    56789012-eu-
                                                                    west-1a-ecs-
                                                                    prod-158d1c8
                                                                    083dd49d6b52
                                                                    7399fd6414f5
                                                                    c
paym…prod checko…ontend Lost       59m AgentConnectionLost 59m      gcp-shop-pro
                                                                    d-europe-wes
                                                                    t4-b-gce-557
                                                                    700679194777
                                                                    9410
paym…prod checko…ontend Connected  99d                     0s       azure-7f6c1f
                                                                    0a-2f0e-4a55
                                                                    -9d6a-0b6f2f
                                                                    1c9a11-vm-02
                                                                    aab8a4-74ef-
                                                                    476e-8182-f6
                                                                    d2ba4166a6
paym…prod checko…ontend Registered 14w                     14w      jwt-corp--la
                                                                    ptop
paym…prod checko…ontend Connected  2y                      0s       kubernetes-s
                                                                    hop--web--02
                                                                    aab8a4-74ef-
                                                                    476e-8182-f6
                                                                    d2ba4166a6
paym…prod checko…ontend Refused    41s CredentialExpired   41s      spiffe-corp.
                                                                    example--vm.
                                                                    web-1
paym…prod checko…ontend Connected  12m                     0s       x509-3f2a9c0
                                                                    d5b7e4f61a8c
                                                                    2
paym…prod checko…ontend Lost       9d  AgentConnectionLost 9d       join-token-r
                                                                    ack-7
'@.Trim("`n")
    }

    It 'of status show it, too, and why, B16: whole at 200 columns' {
        Get-SampleStatus | Format-AtWidth 200 | Should -BeExactly @'
Namespace WorkloadGroup Phase      For Reason              LastSeen Instance
--------- ------------- -----      --- ------              -------- --------
paym…prod checko…ontend Connected  23h                     0s       aws-aws-123456789012-eu-west-1a-ec2-i-0123456789abcdef0
paym…prod checko…ontend Connected  47h                     0s       aws-aws-123456789012-eu-west-1a-ec2-i-0123456789abcdff1
paym…prod checko…ontend Refused    3s  PolicyDenied        3s       aws-aws-123456789012-eu-west-1a-ecs-prod-158d1c8083dd49d6b527399fd6414f5c
paym…prod checko…ontend Lost       59m AgentConnectionLost 59m      gcp-shop-prod-europe-west4-b-gce-5577006791947779410
paym…prod checko…ontend Connected  99d                     0s       azure-7f6c1f0a-2f0e-4a55-9d6a-0b6f2f1c9a11-vm-02aab8a4-74ef-476e-8182-f6d2ba4166a6
paym…prod checko…ontend Registered 14w                     14w      jwt-corp--laptop
paym…prod checko…ontend Connected  2y                      0s       kubernetes-shop--web--02aab8a4-74ef-476e-8182-f6d2ba4166a6
paym…prod checko…ontend Refused    41s CredentialExpired   41s      spiffe-corp.example--vm.web-1
paym…prod checko…ontend Connected  12m                     0s       x509-3f2a9c0d5b7e4f61a8c2
paym…prod checko…ontend Lost       9d  AgentConnectionLost 9d       join-token-rack-7
'@.Trim("`n")
    }

    It 'of registrations, at <_> columns' -ForEach 80, 140 {
        Get-SampleRegistration | Format-AtWidth $_ | Should -BeExactly @'
Namespace WorkloadGroup     Address         Phase      Sidecar  Session Elapsed
--------- -------------     -------         -----      -------  ------- -------
bookinfo  ratings           10.0.2.15       Connected  Stopped  Process 83 ms
paym…tion checkout-frontend 2001:db…70:7348 Registered Starting Service 119 s
'@.Trim("`n")
    }

    It 'of sidecars, at <_> columns' -ForEach 80, 140 {
        Get-SampleSidecar | Format-AtWidth $_ | Should -BeExactly @'
Name             Status   Kind    Id      Revision     Ready CertExpires Uptime
----             ------   ----    --      --------     ----- ----------- ------
ratings          Running  Probe   4177    default      True  23h 59m     1 s
checkou…frontend Starting Command 4194304 canar…-0-rc1 False             119 min
'@.Trim("`n")
    }

    It 'of policies, at 80 columns' {
        Get-SamplePolicy | Format-AtWidth 80 | Should -BeExactly @'
Namespace Name               Rules Selects        Members Accepted Warnings
--------- ----               ----- -------        ------- -------- --------
bookinfo  ratings                1 ratings              0 True
paym…prod checkout…-aws-prod    12 checko…backend    1000 False    spec.allow[0…
'@.Trim("`n")
    }

    It 'of policies, at 140 columns' {
        Get-SamplePolicy | Format-AtWidth 140 | Should -BeExactly @'
Namespace Name               Rules Selects        Members Accepted Warnings
--------- ----               ----- -------        ------- -------- --------
bookinfo  ratings                1 ratings              0 True
paym…prod checkout…-aws-prod    12 checko…backend    1000 False    spec.allow[0].workloads[0].aws: admits every role of account 123456789012
'@.Trim("`n")
    }

    It 'of decisions, at 80 columns' {
        Get-SampleDecision | Format-AtWidth 80 | Should -BeExactly @'
Identity           WorkloadGroup Admitted Policy       Rule NearestMiss
--------           ------------- -------- ------       ---- -----------
aws  account=12345 checkout-fron False                      policy checkout rule
6789012  region=eu tend                                      1: aws.accounts mat
-west-1  zone=eu-w                                          ched; aws.ec2.iamRol
est-1a  ec2=i-0123                                          eNames is web-old, n
456789abcdef0                                               ot checkout
jwt  issuer=https: ratings       True     ratings         1
//demo.localhost
subject=laptop
'@.Trim("`n")
    }

    It 'of decisions, at 140 columns' {
        Get-SampleDecision | Format-AtWidth 140 | Should -BeExactly @'
Identity           WorkloadGroup Admitted Policy       Rule NearestMiss
--------           ------------- -------- ------       ---- -----------
aws  account=12345 checkout-fron False                      policy checkout rule 1: aws.accounts matched; aws.ec2.iamRoleNames is web-old, n
6789012  region=eu tend                                     ot checkout
-west-1  zone=eu-w
est-1a  ec2=i-0123
456789abcdef0
jwt  issuer=https: ratings       True     ratings         1
//demo.localhost
subject=laptop
'@.Trim("`n")
    }

    It 'of checks, at 80 columns' {
        Get-SampleCheck | Format-AtWidth 80 | Should -BeExactly @'
Status  Category      Name                Detail              Remediation
------  --------      ----                ------              -----------
Pass    Configuration configuration       can be used
Fail    Plane         name resolution     onboarding.prod.exa getent hosts onboa
                                          mple.com has no add rding.prod.example
                                          ress (Name or servi .com
                                          ce not known).
Skipped Machine       traffic redirection needs 'name resolut
                                          ion'
'@.Trim("`n")
    }

    It 'of checks, at 140 columns' {
        Get-SampleCheck | Format-AtWidth 140 | Should -BeExactly @'
Status  Category      Name                Detail                                            Remediation
------  --------      ----                ------                                            -----------
Pass    Configuration configuration       can be used
Fail    Plane         name resolution     onboarding.prod.example.com has no address (Name  getent hosts onboarding.prod.example.com
                                          or service not known).
Skipped Machine       traffic redirection needs 'name resolution'
'@.Trim("`n")
    }

    It 'of problems, at 80 columns' {
        Get-SampleProblem | Format-AtWidth 80 | Should -BeExactly @'
Severity File             Line Column Path               Message
-------- ----             ---- ------ ----               -------
Error    onboarding.confi    4      3 onboardingEndpoint is required
         g.yaml                       .host
Warning  agent.config.yam  112     17 host.custom.creden is given twice; the las
         l                            tial[0].plugin.env t one counts
                                      [1].name
'@.Trim("`n")
    }

    It 'of problems, at 140 columns' {
        Get-SampleProblem | Format-AtWidth 140 | Should -BeExactly @'
Severity File             Line Column Path               Message
-------- ----             ---- ------ ----               -------
Error    onboarding.confi    4      3 onboardingEndpoint is required
         g.yaml                       .host
Warning  agent.config.yam  112     17 host.custom.creden is given twice; the last one counts
         l                            tial[0].plugin.env
                                      [1].name
'@.Trim("`n")
    }

    It 'of contexts, at 80 columns' {
        Get-SampleContext | Format-AtWidth 80 | Should -BeExactly @'
Current Name             Cluster         Namespace Endpoint         Source
------- ----             -------         --------- --------         ------
*       embedded         localhost:16443 bookinfo  localhost:15443  Start-Onboa…
        arn…ster/prod-eu arn…ter/prod-eu paym…prod                  kubeconfig
        gke…est4_prod-us gke…st4_prod-us default   onboard…om:15443 kubeconfig
'@.Trim("`n")
    }

    It 'of contexts, at 140 columns' {
        Get-SampleContext | Format-AtWidth 140 | Should -BeExactly @'
Current Name             Cluster         Namespace Endpoint         Source
------- ----             -------         --------- --------         ------
*       embedded         localhost:16443 bookinfo  localhost:15443  Start-OnboardingPlane
        arn…ster/prod-eu arn…ter/prod-eu paym…prod                  kubeconfig
        gke…est4_prod-us gke…st4_prod-us default   onboard…om:15443 kubeconfig
'@.Trim("`n")
    }

    It 'of planes leave out the data directory before they cut the rest, at 80 columns' {
        Get-SamplePlane | Format-AtWidth 80 | Should -BeExactly @'
Name     Status  Endpoint                ProcessId KubeConfig
----     ------  --------                --------- ----------
embedded Running https://localhost:15443      4121 ~/.onboarding/embedded/kubec…
'@.Trim("`n")
    }

    It 'of planes leave out the data directory before they cut the rest, at 140 columns' {
        Get-SamplePlane | Format-AtWidth 140 | Should -BeExactly @'
Name     Status  Endpoint                ProcessId KubeConfig                        DataDirectory
----     ------  --------                --------- ----------                        -------------
embedded Running https://localhost:15443      4121 ~/.onboarding/embedded/kubeconfig ~/.onboarding/embedded
'@.Trim("`n")
    }
}

Describe 'The view Wide' {
    It 'of workloads has their names, whole' {
        Get-SampleWorkload | Format-Table -View Wide | Format-AtWidth 140 | Should -BeExactly @'
Namespace     Agent      Sidecar Age Address                              Version ConnectedTo      Name
---------     -----      ------- --- -------                              ------- -----------      ----
payments-prod Connected  Ready   23h 10.128.14.211                        v0.1.0  onb…8b6c5d-x2x9z checkout-frontend-aws-aws-123456789012-eu
                                                                                                   -west-1a-ec2-i-0123456789abcdef0
payments-prod Connected  Failed  47h 192.168.100.200                      v0.1.0  onb…8b6c5d-x2x9z checkout-frontend-aws-aws-123456789012-eu
                                                                                                   -west-1a-ec2-i-0123456789abcdff1
payments-prod Connected  Failed  3s  10.128.14.9                          v0.1.0  onb…8b6c5d-x2x9z checkout-frontend-aws-aws-123456789012-eu
                                                                                                   -west-1a-ecs-prod-158d1c8083dd49d6b527399
                                                                                                   fd6414f5c
payments-prod Lost       Unknown 59m 2001:db8:85a3:8d3:1319:8a2e:370:7348 v0.1.0                   checkout-frontend-gcp-shop-prod-europe-we
                                                                                                   st4-b-gce-5577006791947779410
payments-prod Connected  Stopped 99d 10.4.0.9                             v0.1.0  onb…8b6c5d-x2x9z checkout-frontend-azure-7f6c1f0a-2f0e-4a5
                                                                                                   5-9d6a-0b6f2f1c9a11-vm-02aab8a4-74ef-476e
                                                                                                   -8182-f6d2ba4166a6
payments-prod Registered         14w 172.31.255.250                       v0.1.0                   checkout-frontend-jwt-corp--laptop
payments-prod Connected  Ready   2y  10.8.0.3                             v0.1.0  onb…8b6c5d-x2x9z checkout-frontend-kubernetes-shop--web--0
                                                                                                   2aab8a4-74ef-476e-8182-f6d2ba4166a6
payments-prod Connected  Failed  41s 10.8.0.4                             v0.1.0  onb…8b6c5d-x2x9z checkout-frontend-spiffe-corp.example--vm
                                                                                                   .web-1
payments-prod Connected  Ready   12m 10.8.0.5                             v0.1.0  onb…8b6c5d-x2x9z checkout-frontend-x509-3f2a9c0d5b7e4f61a8
                                                                                                   c2
payments-prod Lost       Unknown 9d  10.8.0.6                             v0.1.0                   checkout-frontend-join-token-rack-7
'@.Trim("`n")
    }

    It 'of status has instances, whole, and the correlation id' {
        Get-SampleStatus | Format-Table -View Wide | Format-AtWidth 140 | Should -BeExactly @'
Namespace     WorkloadGroup     Phase      For Reason              LastSeen CorrelationId    Instance
---------     -------------     -----      --- ------              -------- -------------    --------
payments-prod checkout-frontend Connected  23h                     0s                        aws-aws-123456789012-eu-west-1a-ec2-i-012345678
                                                                                             9abcdef0
payments-prod checkout-frontend Connected  47h                     0s                        aws-aws-123456789012-eu-west-1a-ec2-i-012345678
                                                                                             9abcdff1
payments-prod checkout-frontend Refused    3s  PolicyDenied        3s       d17a7858cca9852b aws-aws-123456789012-eu-west-1a-ecs-prod-158d1c
                                                                                             8083dd49d6b527399fd6414f5c
payments-prod checkout-frontend Lost       59m AgentConnectionLost 59m                       gcp-shop-prod-europe-west4-b-gce-55770067919477
                                                                                             79410
payments-prod checkout-frontend Connected  99d                     0s                        azure-7f6c1f0a-2f0e-4a55-9d6a-0b6f2f1c9a11-vm-0
                                                                                             2aab8a4-74ef-476e-8182-f6d2ba4166a6
payments-prod checkout-frontend Registered 14w                     14w                       jwt-corp--laptop
payments-prod checkout-frontend Connected  2y                      0s                        kubernetes-shop--web--02aab8a4-74ef-476e-8182-f
                                                                                             6d2ba4166a6
payments-prod checkout-frontend Refused    41s CredentialExpired   41s                       spiffe-corp.example--vm.web-1
payments-prod checkout-frontend Connected  12m                     0s                        x509-3f2a9c0d5b7e4f61a8c2
payments-prod checkout-frontend Lost       9d  AgentConnectionLost 9d                        join-token-rack-7
'@.Trim("`n")
    }
}

Describe 'Lists' {
    It 'of a workload, at 80 columns' {
        Get-SampleWorkload | Select-Object -Index 2 | Format-List | Format-AtWidth 80 | Should -BeExactly @'
Name           : checkout-frontend-aws-aws-123456789012-eu-west-1a-ecs-prod-158d
                 1c8083dd49d6b527399fd6414f5c
Namespace      : payments-prod
WorkloadGroup  : checkout-frontend
Instance       : aws-aws-123456789012-eu-west-1a-ecs-prod-158d1c8083dd49d6b52739
                 9fd6414f5c
Address        : 10.128.14.9
Phase          : Connected
ConnectedTo    : onboarding-plane-7d9f8b6c5d-x2x9z
AgentVersion   : v0.1.0
Sidecar        : Failed
SidecarMessage : The sidecar /usr/local/bin/pilot-agent (pid 812) ended by itsel
                 f with exit code 1.
SidecarVersion : 1.26.0 (canary)
'@.Trim("`n")
    }

    It 'of a workload, at 140 columns' {
        Get-SampleWorkload | Select-Object -Index 2 | Format-List | Format-AtWidth 140 | Should -BeExactly @'
Name           : checkout-frontend-aws-aws-123456789012-eu-west-1a-ecs-prod-158d1c8083dd49d6b527399fd6414f5c
Namespace      : payments-prod
WorkloadGroup  : checkout-frontend
Instance       : aws-aws-123456789012-eu-west-1a-ecs-prod-158d1c8083dd49d6b527399fd6414f5c
Address        : 10.128.14.9
Phase          : Connected
ConnectedTo    : onboarding-plane-7d9f8b6c5d-x2x9z
AgentVersion   : v0.1.0
Sidecar        : Failed
SidecarMessage : The sidecar /usr/local/bin/pilot-agent (pid 812) ended by itself with exit code 1.
SidecarVersion : 1.26.0 (canary)
'@.Trim("`n")
    }

    It 'of a status, at 80 columns' {
        Get-SampleStatus | Select-Object -Index 2 | Format-List | Format-AtWidth 80 | Should -BeExactly @'
Instance      : aws-aws-123456789012-eu-west-1a-ecs-prod-158d1c8083dd49d6b527399
                fd6414f5c
Namespace     : payments-prod
WorkloadGroup : checkout-frontend
Phase         : Refused (3s)
Reason        : PolicyDenied
CorrelationId : d17a7858cca9852b
'@.Trim("`n")
    }

    It 'of a status, at 140 columns' {
        Get-SampleStatus | Select-Object -Index 2 | Format-List | Format-AtWidth 140 | Should -BeExactly @'
Instance      : aws-aws-123456789012-eu-west-1a-ecs-prod-158d1c8083dd49d6b527399fd6414f5c
Namespace     : payments-prod
WorkloadGroup : checkout-frontend
Phase         : Refused (3s)
Reason        : PolicyDenied
CorrelationId : d17a7858cca9852b
'@.Trim("`n")
    }

    It 'of registrations, at 80 columns' {
        Get-SampleRegistration | Format-List | Format-AtWidth 80 | Should -BeExactly @'
Namespace      : bookinfo
WorkloadGroup  : ratings
Name           : ratings-jwt-demo--laptop
Address        : 10.0.2.15
SpiffeId       : spiffe://cluster.local/ns/bookinfo/sa/bookinfo-ratings
Policy         : ratings
Phase          : Connected
Sidecar        : Stopped
Session        : Process
ProcessId      : 4098
Elapsed        : 83 ms
Endpoint       : https://localhost:15443
StateDirectory : /var/lib/onboarding-agent

Namespace      : payments-production
WorkloadGroup  : checkout-frontend
Name           : checkout-frontend-aws-aws-123456789012-eu-west-1a-ec2-i-0123456
                 789abcdef0
Address        : 2001:db8:85a3:8d3:1319:8a2e:370:7348
SpiffeId       : spiffe://prod.example/ns/payments-production/sa/checkout-fronte
                 nd
Policy         : checkout
Phase          : Registered
Sidecar        : Starting
Session        : Service
ProcessId      : 812
Elapsed        : 119 s
Endpoint       : https://onboarding.prod.example.com:15443
StateDirectory : /var/lib/onboarding-agent
BootDirectory  : /var/lib/onboarding-agent/workloads/payments-production.checkou
                 t-frontend/boot/current
'@.Trim("`n")
    }

    It 'of registrations, at 140 columns' {
        Get-SampleRegistration | Format-List | Format-AtWidth 140 | Should -BeExactly @'
Namespace      : bookinfo
WorkloadGroup  : ratings
Name           : ratings-jwt-demo--laptop
Address        : 10.0.2.15
SpiffeId       : spiffe://cluster.local/ns/bookinfo/sa/bookinfo-ratings
Policy         : ratings
Phase          : Connected
Sidecar        : Stopped
Session        : Process
ProcessId      : 4098
Elapsed        : 83 ms
Endpoint       : https://localhost:15443
StateDirectory : /var/lib/onboarding-agent

Namespace      : payments-production
WorkloadGroup  : checkout-frontend
Name           : checkout-frontend-aws-aws-123456789012-eu-west-1a-ec2-i-0123456789abcdef0
Address        : 2001:db8:85a3:8d3:1319:8a2e:370:7348
SpiffeId       : spiffe://prod.example/ns/payments-production/sa/checkout-frontend
Policy         : checkout
Phase          : Registered
Sidecar        : Starting
Session        : Service
ProcessId      : 812
Elapsed        : 119 s
Endpoint       : https://onboarding.prod.example.com:15443
StateDirectory : /var/lib/onboarding-agent
BootDirectory  : /var/lib/onboarding-agent/workloads/payments-production.checkout-frontend/boot/current
'@.Trim("`n")
    }

    It 'of sidecars, at <_> columns' -ForEach 80, 140 {
        Get-SampleSidecar | Format-List | Format-AtWidth $_ | Should -BeExactly @'
Name                 : ratings
Status               : Running
Kind                 : Probe
Id                   : 4177
Revision             : default
Ready                : True
StartedAt            : 11/22/2026 12:00:00 +00:00
CertificateExpiresAt : 11/23/2026 12:00:00 +00:00
StateDirectory       : /var/lib/onboarding-agent

Name           : checkout-frontend
Status         : Starting
Kind           : Command
Id             : 4194304
Revision       : canary-1-26-0-rc1
Ready          : False
StartedAt      : 11/22/2026 12:00:00 +00:00
Message        : GET http://127.0.0.1:15020/healthz/ready: 503
StateDirectory : /var/lib/onboarding-agent
'@.Trim("`n")
    }
}
