using System.Collections;
using System.Management.Automation;

namespace Onboarding.Cmdlets;

public sealed partial class NewWorkloadGroupPolicyCommand
{
    private const string AwsSet = "Aws";
    private const string EcsSet = "Ecs";
    private const string GcpSet = "Gcp";
    private const string AzureSet = "Azure";
    private const string JwtSet = "Jwt";
    private const string KubernetesSet = "Kubernetes";
    private const string SpiffeSet = "Spiffe";
    private const string X509Set = "X509";
    private const string JoinTokenSet = "JoinToken";

    /// <summary>EC2 instances.</summary>
    [Parameter(ParameterSetName = AwsSet, Mandatory = true)]
    public SwitchParameter Aws { get; set; }

    /// <summary>ECS tasks.</summary>
    [Parameter(ParameterSetName = EcsSet, Mandatory = true)]
    public SwitchParameter Ecs { get; set; }

    /// <summary>Instances of Google Compute Engine.</summary>
    [Parameter(ParameterSetName = GcpSet, Mandatory = true)]
    public SwitchParameter Gcp { get; set; }

    /// <summary>Virtual machines of Azure.</summary>
    [Parameter(ParameterSetName = AzureSet, Mandatory = true)]
    public SwitchParameter Azure { get; set; }

    /// <summary>Workloads with a JSON Web Token.</summary>
    [Parameter(ParameterSetName = JwtSet, Mandatory = true)]
    public SwitchParameter Jwt { get; set; }

    /// <summary>Workloads with a token of a Kubernetes service account.</summary>
    [Parameter(ParameterSetName = KubernetesSet, Mandatory = true)]
    public SwitchParameter Kubernetes { get; set; }

    /// <summary>Workloads with an SVID.</summary>
    [Parameter(ParameterSetName = SpiffeSet, Mandatory = true)]
    public SwitchParameter Spiffe { get; set; }

    /// <summary>Workloads with a certificate.</summary>
    [Parameter(ParameterSetName = X509Set, Mandatory = true)]
    public SwitchParameter X509 { get; set; }

    /// <summary>Workloads with a join token.</summary>
    [Parameter(ParameterSetName = JoinTokenSet, Mandatory = true)]
    public SwitchParameter JoinToken { get; set; }

    /// <summary>AWS accounts.</summary>
    [Parameter(ParameterSetName = AwsSet, Mandatory = true)]
    [Parameter(ParameterSetName = EcsSet, Mandatory = true)]
    [ValidatePattern("^[0-9]{12}$")]
    public string[] AccountId { get; set; } = [];

    /// <summary>Regions.</summary>
    [Parameter(ParameterSetName = AwsSet)]
    [Parameter(ParameterSetName = EcsSet)]
    [Parameter(ParameterSetName = GcpSet)]
    [ValidateNotNullOrEmpty]
    public string[] Region { get; set; } = [];

    /// <summary>Zones.</summary>
    [Parameter(ParameterSetName = AwsSet)]
    [Parameter(ParameterSetName = EcsSet)]
    [Parameter(ParameterSetName = GcpSet)]
    [ValidateNotNullOrEmpty]
    public string[] Zone { get; set; } = [];

    /// <summary>IAM roles, by name.</summary>
    [Parameter(ParameterSetName = AwsSet)]
    [Parameter(ParameterSetName = EcsSet)]
    [ValidateNotNullOrEmpty]
    public string[] IamRoleName { get; set; } = [];

    /// <summary>ECS clusters.</summary>
    [Parameter(ParameterSetName = EcsSet)]
    [ValidateNotNullOrEmpty]
    public string[] Cluster { get; set; } = [];

    /// <summary>Google Cloud projects, by id.</summary>
    [Parameter(ParameterSetName = GcpSet, Mandatory = true)]
    [ValidateNotNullOrEmpty]
    public string[] ProjectId { get; set; } = [];

    /// <summary>Service accounts: e-mail addresses (Google Cloud), names (Kubernetes).</summary>
    [Parameter(ParameterSetName = GcpSet)]
    [Parameter(ParameterSetName = KubernetesSet)]
    [ValidateNotNullOrEmpty]
    public string[] ServiceAccount { get; set; } = [];

    /// <summary>Instances: numeric ids (Google Cloud), <c>vmId</c>s (Azure).</summary>
    [Parameter(ParameterSetName = GcpSet)]
    [Parameter(ParameterSetName = AzureSet)]
    [ValidateNotNullOrEmpty]
    public string[] InstanceId { get; set; } = [];

    /// <summary>Azure subscriptions.</summary>
    [Parameter(ParameterSetName = AzureSet, Mandatory = true)]
    [ValidateNotNullOrEmpty]
    public string[] SubscriptionId { get; set; } = [];

    /// <summary>Azure tenants.</summary>
    [Parameter(ParameterSetName = AzureSet)]
    [ValidateNotNullOrEmpty]
    public string[] TenantId { get; set; } = [];

    /// <summary>Azure resource groups.</summary>
    [Parameter(ParameterSetName = AzureSet)]
    [ValidateNotNullOrEmpty]
    public string[] ResourceGroup { get; set; } = [];

    /// <summary>Azure scale sets.</summary>
    [Parameter(ParameterSetName = AzureSet)]
    [ValidateNotNullOrEmpty]
    public string[] ScaleSet { get; set; } = [];

    /// <summary>Azure managed identities: resource ids, or <c>system</c>.</summary>
    [Parameter(ParameterSetName = AzureSet)]
    [ValidateNotNullOrEmpty]
    public string[] ManagedIdentity { get; set; } = [];

    /// <summary>Issuer of the tokens, exactly as in <c>iss</c>.</summary>
    [Parameter(ParameterSetName = JwtSet, Mandatory = true)]
    [ValidateNotNullOrEmpty]
    public string Issuer { get; set; } = "";

    /// <summary>Subjects: of tokens, or distinguished names of certificates.</summary>
    [Parameter(ParameterSetName = JwtSet)]
    [Parameter(ParameterSetName = X509Set)]
    [ValidateNotNullOrEmpty]
    public string[] Subject { get; set; } = [];

    /// <summary>Attributes of the token and their values: <c>@{ role = 'ratings', 'reviews' }</c>.</summary>
    [Parameter(ParameterSetName = JwtSet)]
    [ValidateNotNull]
    public Hashtable Attribute { get; set; } = [];

    /// <summary>Namespaces of the service accounts.</summary>
    [Parameter(ParameterSetName = KubernetesSet, Mandatory = true)]
    [ValidateNotNullOrEmpty]
    public string[] ServiceAccountNamespace { get; set; } = [];

    /// <summary>Trust domains.</summary>
    [Parameter(ParameterSetName = SpiffeSet, Mandatory = true)]
    [ValidateNotNullOrEmpty]
    public string[] TrustDomain { get; set; } = [];

    /// <summary>Whole paths of SPIFFE IDs, e.g. <c>/vm/web-1</c>.</summary>
    [Parameter(ParameterSetName = SpiffeSet)]
    [ValidateNotNullOrEmpty]
    public string[] SpiffePath { get; set; } = [];

    /// <summary>Beginnings of paths of SPIFFE IDs, in whole segments.</summary>
    [Parameter(ParameterSetName = SpiffeSet)]
    [ValidateNotNullOrEmpty]
    public string[] SpiffePathPrefix { get; set; } = [];

    /// <summary>Issuers of certificates: distinguished names.</summary>
    [Parameter(ParameterSetName = X509Set)]
    [ValidateNotNullOrEmpty]
    public string[] CertificateIssuer { get; set; } = [];

    /// <summary>DNS names in certificates.</summary>
    [Parameter(ParameterSetName = X509Set)]
    [ValidateNotNullOrEmpty]
    public string[] DnsName { get; set; } = [];

    /// <summary>URIs in certificates.</summary>
    [Parameter(ParameterSetName = X509Set)]
    [ValidateNotNullOrEmpty]
    public string[] CertificateUri { get; set; } = [];

    /// <summary>SHA-256 fingerprints of certificates.</summary>
    [Parameter(ParameterSetName = X509Set)]
    [ValidateNotNullOrEmpty]
    public string[] Fingerprint { get; set; } = [];

    /// <summary>Names of join tokens.</summary>
    [Parameter(ParameterSetName = JoinTokenSet)]
    [ValidateNotNullOrEmpty]
    public string[] TokenName { get; set; } = [];

    /// <summary>Beginnings of names of join tokens.</summary>
    [Parameter(ParameterSetName = JoinTokenSet)]
    [ValidateNotNullOrEmpty]
    public string[] TokenNamePrefix { get; set; } = [];
}
