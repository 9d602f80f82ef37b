<#
What cmdlets write, with names and values as they are in real fleets, for tests of the format files: formats go by the type's name and by
properties, so these need no plane. Import it in BeforeAll:
    Import-Module $PSScriptRoot/../Support/Onboarding.Samples.psm1
#>

# The longest of each platform that one meets: instance, address, phase, sidecar, age, reason.
$script:Fleet = @(
    , @('aws-aws-123456789012-eu-west-1a-ec2-i-0123456789abcdef0', '10.128.14.211', 'Connected', 'Ready', '23h', '')
    , @('aws-aws-123456789012-eu-west-1a-ec2-i-0123456789abcdff1', '192.168.100.200', 'Connected', 'Failed', '47h', '')
    , @('aws-aws-123456789012-eu-west-1a-ecs-prod-158d1c8083dd49d6b527399fd6414f5c', '10.128.14.9', 'Refused', '', '3s', 'PolicyDenied')
    , @('gcp-shop-prod-europe-west4-b-gce-5577006791947779410', '2001:db8:85a3:8d3:1319:8a2e:370:7348', 'Lost', 'Unknown', '59m', 'AgentConnectionLost')
    , @('azure-7f6c1f0a-2f0e-4a55-9d6a-0b6f2f1c9a11-vm-02aab8a4-74ef-476e-8182-f6d2ba4166a6', '10.4.0.9', 'Connected', 'Stopped', '99d', '')
    , @('jwt-corp--laptop', '172.31.255.250', 'Registered', '', '14w', '')
    , @('kubernetes-shop--web--02aab8a4-74ef-476e-8182-f6d2ba4166a6', '10.8.0.3', 'Connected', 'Ready', '2y', '')
    , @('spiffe-corp.example--vm.web-1', '10.8.0.4', 'Refused', '', '41s', 'CredentialExpired')
    , @('x509-3f2a9c0d5b7e4f61a8c2', '10.8.0.5', 'Connected', 'Ready', '12m', '')
    , @('join-token-rack-7', '10.8.0.6', 'Lost', 'Unknown', '9d', 'AgentConnectionLost')
)

function New-Sample {
    [System.Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseShouldProcessForStateChangingFunctions', '', Justification = 'Makes an object')]
    param([string] $Type, [hashtable] $Property)
    [pscustomobject](@{ PSTypeName = "Onboarding.Cmdlets.$Type" } + $Property)
}

# A member of each platform.
function Get-SampleWorkload {
    foreach ($member in $script:Fleet) {
        $instance, $address, $phase, $sidecar, $age, $null = $member
        $phase, $sidecar = $phase -eq 'Refused' ? 'Connected', 'Failed' : $phase, $sidecar
        New-Sample MeshWorkload @{
            Namespace = 'payments-prod'; WorkloadGroup = 'checkout-frontend'; Instance = $instance; Name = "checkout-frontend-$instance"
            Address = $address; Phase = $phase; Sidecar = $sidecar; AgeText = $age; AgentVersion = 'v0.1.0'; SidecarVersion = '1.26.0 (canary)'
            SidecarMessage = $sidecar -eq 'Failed' ? 'The sidecar /usr/local/bin/pilot-agent (pid 812) ended by itself with exit code 1.' : $null
            ConnectedTo = $phase -eq 'Connected' ? 'onboarding-plane-7d9f8b6c5d-x2x9z' : $null
        }
    }
}

# The same, some refused.
function Get-SampleStatus {
    foreach ($member in $script:Fleet) {
        $instance, $null, $phase, $null, $age, $reason = $member
        New-Sample OnboardingStatus @{
            Namespace = 'payments-prod'; WorkloadGroup = 'checkout-frontend'; Instance = $instance
            Phase = $phase; PhaseText = "$phase ($age)"; Reason = $reason
            ForText = $age; LastSeenText = $phase -eq 'Connected' ? '0s' : $age; CorrelationId = $reason -ceq 'PolicyDenied' ? 'd17a7858cca9852b' : $null
        }
    }
}

function Get-SampleRegistration {
    New-Sample MeshRegistration @{
        Namespace = 'bookinfo'; WorkloadGroup = 'ratings'; Name = 'ratings-jwt-demo--laptop'; Address = '10.0.2.15'; Phase = 'Connected'; Sidecar = 'Stopped'
        Session = 'Process'; ElapsedText = '83 ms'; ProcessId = 4098; SpiffeId = 'spiffe://cluster.local/ns/bookinfo/sa/bookinfo-ratings'
        Policy = 'ratings'; Endpoint = 'https://localhost:15443'; StateDirectory = '/var/lib/onboarding-agent'; BootDirectory = ''
    }
    New-Sample MeshRegistration @{
        Namespace = 'payments-production'; WorkloadGroup = 'checkout-frontend'; Name = 'checkout-frontend-aws-aws-123456789012-eu-west-1a-ec2-i-0123456789abcdef0'
        Address = '2001:db8:85a3:8d3:1319:8a2e:370:7348'; Phase = 'Registered'; Sidecar = 'Starting'; Session = 'Service'; ElapsedText = '119 s'; ProcessId = 812
        SpiffeId = 'spiffe://prod.example/ns/payments-production/sa/checkout-frontend'; Policy = 'checkout'; Endpoint = 'https://onboarding.prod.example.com:15443'
        StateDirectory = '/var/lib/onboarding-agent'
        BootDirectory = '/var/lib/onboarding-agent/workloads/payments-production.checkout-frontend/boot/current'
    }
}

function Get-SampleSidecar {
    New-Sample MeshSidecar @{
        Name = 'ratings'; Status = 'Running'; Kind = 'Probe'; Id = 4177; Revision = 'default'; Ready = $true; CertExpiresText = '23h 59m'; UptimeText = '1 s'
        StartedAt = [DateTimeOffset]::new(2026, 11, 22, 12, 0, 0, 0); CertificateExpiresAt = [DateTimeOffset]::new(2026, 11, 23, 12, 0, 0, 0)
        Message = ''; StateDirectory = '/var/lib/onboarding-agent'
    }
    New-Sample MeshSidecar @{
        Name = 'checkout-frontend'; Status = 'Starting'; Kind = 'Command'; Id = 4194304; Revision = 'canary-1-26-0-rc1'; Ready = $false; CertExpiresText = ''
        UptimeText = '119 min'; StartedAt = [DateTimeOffset]::new(2026, 11, 22, 12, 0, 0, 0); CertificateExpiresAt = $null
        Message = 'GET http://127.0.0.1:15020/healthz/ready: 503'; StateDirectory = '/var/lib/onboarding-agent'
    }
}

function Get-SamplePolicy {
    New-Sample WorkloadGroupPolicy @{
        Namespace = 'bookinfo'; Name = 'ratings'; Rules = 1; Selects = @('ratings'); Members = 0; Accepted = $true; Warnings = @()
    }
    New-Sample WorkloadGroupPolicy @{
        Namespace = 'payments-prod'; Name = 'checkout-frontend-aws-prod'; Rules = 12; Selects = @('checkout-frontend', 'checkout-backend'); Members = 1000
        Accepted = $false; Warnings = @('spec.allow[0].workloads[0].aws: admits every role of account 123456789012'); Problems = @()
    }
}

function Get-SampleDecision {
    New-Sample PolicyDecision @{
        Identity = 'aws  account=123456789012  region=eu-west-1  zone=eu-west-1a  ec2=i-0123456789abcdef0'; WorkloadGroup = 'checkout-frontend'; Admitted = $false
        Policy = $null; Rule = $null; NearestMiss = 'policy checkout rule 1: aws.accounts matched; aws.ec2.iamRoleNames is web-old, not checkout'
    }
    New-Sample PolicyDecision @{
        Identity = 'jwt  issuer=https://demo.localhost  subject=laptop'; WorkloadGroup = 'ratings'; Admitted = $true; Policy = 'ratings'; Rule = 1; NearestMiss = $null
    }
}

function Get-SampleCheck {
    New-Sample OnboardingCheck @{ Status = 'Pass'; Category = 'Configuration'; Name = 'configuration'; Detail = 'can be used'; Remediation = '' }
    New-Sample OnboardingCheck @{
        Status = 'Fail'; Category = 'Plane'; Name = 'name resolution'; Detail = 'onboarding.prod.example.com has no address (Name or service not known).'
        Remediation = 'getent hosts onboarding.prod.example.com'
    }
    New-Sample OnboardingCheck @{ Status = 'Skipped'; Category = 'Machine'; Name = 'traffic redirection'; Detail = "needs 'name resolution'"; Remediation = '' }
}

function Get-SampleProblem {
    New-Sample ConfigurationProblem @{
        Severity = 'Error'; FileName = 'onboarding.config.yaml'; Line = 4; Column = 3; Path = 'onboardingEndpoint.host'; Message = 'is required'
    }
    New-Sample ConfigurationProblem @{
        Severity = 'Warning'; FileName = 'agent.config.yaml'; Line = 112; Column = 17; Path = 'host.custom.credential[0].plugin.env[1].name'
        Message = 'is given twice; the last one counts'
    }
}

function Get-SampleContext {
    New-Sample OnboardingContext @{
        Current = $true; Name = 'embedded'; Cluster = 'localhost:16443'; Namespace = 'bookinfo'; Endpoint = 'https://localhost:15443'; Source = 'Start-OnboardingPlane'
    }
    New-Sample OnboardingContext @{
        Current = $false; Name = 'arn:aws:eks:eu-west-1:123456789012:cluster/prod-eu'; Cluster = 'arn:aws:eks:eu-west-1:123456789012:cluster/prod-eu'
        Namespace = 'payments-prod'; Endpoint = $null; Source = 'kubeconfig'
    }
    New-Sample OnboardingContext @{
        Current = $false; Name = 'gke_shop-prod_europe-west4_prod-us'; Cluster = 'gke_shop-prod_europe-west4_prod-us'
        Namespace = 'default'; Endpoint = 'https://onboarding.prod.example.com:15443'; Source = 'kubeconfig'
    }
}

function Get-SamplePlane {
    New-Sample OnboardingPlane @{
        Name = 'embedded'; Status = 'Running'; Endpoint = 'https://localhost:15443'; ProcessId = 4121; KubeConfigText = '~/.onboarding/embedded/kubeconfig'
        DataDirectoryText = '~/.onboarding/embedded'
    }
}

Export-ModuleMember -Function *
