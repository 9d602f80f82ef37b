using System.Net;
using Onboarding.Api.Identity;
using Onboarding.Api.Meta;
using Onboarding.Api.Policies;
using Onboarding.Authorization;

namespace Onboarding.Tests.Unit.Authorization;

/// <summary>
/// Policies and workloads by chance, of so few different values that they meet often. What it makes depends on the seed alone.
/// </summary>
internal sealed class PolicyGenerator(int seed)
{
    private static readonly string[] Words = ["a", "b", "c", "A", "d-e", "ä"];
    private static readonly string[] Cidrs = ["10.0.0.0/8", "10.1.0.0/16", "192.168.1.0/31", "0.0.0.0/0", "fd00::/8", "::/0", "10.1.2.3/32"];
    private static readonly string[] Addresses = ["10.1.2.3", "10.2.0.1", "192.168.1.1", "192.168.1.2", "fd00::1", "2001:db8::1", "::ffff:10.1.2.3"];
    private static readonly string[] LabelKeys = ["a", "b", "istio.io/rev", "topology.istio.io/network", "app.kubernetes.io/name", "x.example/a"];
    private static readonly string[] Paths = ["", "/a", "/a/b", "/ab", "/b"];

    private readonly Random _random = new(seed);

    public OnboardingPolicy[] Policies() =>
        [.. Enumerable.Range(0, _random.Next(1, 7)).Select(i => Policy($"p{_random.Next(10)}-{i}"))];

    public AdmissionQuestion Question() => new()
    {
        Identity = Identity(),
        GroupLabels = Chance(20) ? null : Labels(["a", "b", "c"]),
        Now = TestPolicies.Now,
        Address = Chance(3) ? null : IPAddress.Parse(Pick(Addresses)),
        Labels = Chance(3) ? null : Labels(LabelKeys),
        MembersBefore = Chance(2) ? null : Members([.. Enumerable.Range(0, _random.Next(5)).Select(_ => new PolicyMember(Identity(), Labels(["a", "b"])))]),
    };

    public OnboardingPolicyRule Rule() => new()
    {
        Workloads = Some(3, () => Matcher(bounded: true)),
        OnboardTo = Some(2, Group),
        NotAfter = Time(),
        AddressCidrs = Chance(3) ? Some(2, () => Pick(Cidrs)) : [],
        Labels = Chance(3) ? Some(3, () => new LabelPermission { Key = Pick(LabelKeys), Values = Values() }) : [],
        MaxMembers = Chance(4) ? _random.Next(1, 4) : null,
    };

    public bool Chance(int in1) => _random.Next(in1) == 0;

    public T Pick<T>(IReadOnlyList<T> items) => items[_random.Next(items.Count)];

    private static Func<IEnumerable<PolicyMember>> Members(PolicyMember[] members) => () => members;

    private OnboardingPolicy Policy(string name)
    {
        OnboardingPolicySpec? spec = Chance(40) ? null : new OnboardingPolicySpec
        {
            Allow = Some(3, Rule),
            Deny = Chance(6)
                ? Some(2, () => new DenyRule
                {
                    Workloads = Some(2, () => Matcher(bounded: false)),
                    OnboardTo = Chance(2) ? Some(2, Group) : [],
                    NotAfter = Time(),
                    AddressCidrs = Chance(2) ? Some(2, () => Pick(Cidrs)) : [],
                })
                : [],
        };
        return spec is null
            ? TestPolicies.FromSpec(name, Chance(2) ? """{"allow": "x"}""" : """{"allow": "x", "deny": []}""")
            : TestPolicies.FromSpec(name, """{"allow": []}""") with { Spec = spec };
    }

    private DateTimeOffset? Time() => Chance(4) ? TestPolicies.Now.AddSeconds(_random.Next(-1, 2)) : null;

    private WorkloadGroupMatcher Group() => new()
    {
        WorkloadGroupSelector = new LabelSelector
        {
            MatchLabels = Chance(2) ? Labels(["a", "b"]) : new Dictionary<string, string>(),
            MatchExpressions = Chance(3)
                ? Some(2, () => Pick(["In", "NotIn", "Exists", "DoesNotExist"]) is var name && name.EndsWith("In", StringComparison.Ordinal)
                    ? new LabelSelectorRequirement { Key = Pick(["a", "b", "c"]), Operator = name, Values = Some(2, () => Pick(Words)) }
                    : new LabelSelectorRequirement { Key = Pick(["a", "b", "c"]), Operator = name })
                : [],
        },
    };

    private WorkloadIdentityMatcher Matcher(bool bounded) => _random.Next(8) switch
    {
        0 => new() { Jwt = new JwtMatcher { Issuer = bounded || Chance(2) ? Pick(Words) : null, Subjects = Values(), Attributes = Chance(2) ? Some(2, () => new AttributeMatcher { Name = Pick(Words), Values = Values() }) : [] } },
        1 => new() { Aws = Aws(bounded) },
        2 => new() { Gcp = new GcpMatcher { ProjectIds = bounded ? Bound() : Values(), ProjectNumbers = Rarely(), Regions = Rarely(), Zones = Rarely(), Gce = Chance(2) ? new GceMatcher { InstanceIds = Rarely(), ServiceAccounts = Values() } : null } },
        3 => new() { Azure = new AzureMatcher { Subscriptions = bounded ? Bound() : Values(), Tenants = Rarely(), ResourceGroups = Rarely(), Compute = Chance(2) ? new AzureVirtualMachineMatcher { InstanceIds = Rarely(), ScaleSets = Rarely(), ManagedIdentities = Values() } : null } },
        4 => new() { Kubernetes = new KubernetesMatcher { Namespaces = bounded ? Bound() : Values(), ServiceAccounts = Values(), Pods = Rarely() } },
        5 => new() { Spiffe = new SpiffeMatcher { TrustDomains = bounded ? Bound() : Values(), Paths = Chance(3) ? Some(2, () => Pick(Paths)) : [], PathPrefixes = Chance(3) ? Some(2, () => Pick(Paths[1..])) : [] } },
        6 => new() { X509 = new X509Matcher { Authorities = bounded ? Bound() : Values(), Issuers = Rarely(), Subjects = Rarely(), DnsNames = Rarely(), Uris = Rarely(), EmailAddresses = Rarely(), IpAddresses = Rarely(), Fingerprints = Rarely() } },
        _ => new() { JoinToken = new JoinTokenMatcher { Names = bounded ? Bound() : Values(), NamePrefixes = Rarely() } },
    };

    private AwsMatcher Aws(bool bounded)
    {
        AwsMatcher matcher = new() { Accounts = bounded ? Bound() : Values(), Partitions = Rarely(), Regions = Rarely(), Zones = Rarely() };
        return _random.Next(3) switch
        {
            0 => matcher with { Ec2 = new Ec2Matcher { IamRoleNames = Values() } },
            1 => matcher with { Ecs = new EcsMatcher { Clusters = Values(), IamRoleNames = Rarely() } },
            _ => matcher,
        };
    }

    private WorkloadIdentity Identity() => _random.Next(8) switch
    {
        0 => new() { Jwt = new JwtIdentity { Issuer = Pick(Words), Subject = Pick(Words), Attributes = Labels(Words) } },
        1 => new() { Aws = Chance(2) ? AwsHost() with { Ec2 = new Ec2Instance { InstanceId = Pick(Words), IamRole = Role() } } : AwsHost() with { Ecs = new EcsTask { TaskId = Pick(Words), Cluster = Pick(Words), IamRole = Role() } } },
        2 => new() { Gcp = new GcpIdentity { ProjectId = Pick(Words), ProjectNumber = Pick(Words), Region = Pick(Words), Zone = Pick(Words), Gce = new GceInstance { InstanceId = Pick(Words), ServiceAccount = Maybe() } } },
        3 => new() { Azure = new AzureIdentity { Subscription = Pick(Words), Tenant = Maybe(), ResourceGroup = Maybe(), Compute = new AzureVirtualMachine { InstanceId = Pick(Words), ScaleSet = Maybe(), ManagedIdentity = Maybe() } } },
        4 => new() { Kubernetes = new KubernetesIdentity { Namespace = Pick(Words), ServiceAccount = Pick(Words), Pod = Chance(2) ? new KubernetesPod(Pick(Words), "u") : null } },
        5 => new() { Spiffe = new SpiffeIdentity { TrustDomain = Pick(Words), Path = Pick(Paths) } },
        6 => new() { X509 = new X509Identity { Authority = Pick(Words), AuthorityKey = "", Issuer = Pick(Words), Subject = Pick(Words), Fingerprint = Pick(Words), DnsNames = Values(), Uris = Values(), EmailAddresses = Values(), IpAddresses = Values() } },
        _ => new() { JoinToken = new JoinTokenIdentity { Namespace = "n", Name = Pick(Words) + Pick(Words) } },
    };

    private AwsIdentity AwsHost() => new() { Partition = Pick(Words), Account = Pick(Words), Region = Pick(Words), Zone = Pick(Words) };

    private IamRole? Role() => Maybe() is { } name ? new IamRole(name) : null;

    private string? Maybe() => Chance(2) ? Pick(Words) : null;

    private IReadOnlyList<string> Values() => Chance(2) ? Some(4, () => Pick(Words)) : [];

    private IReadOnlyList<string> Rarely() => Chance(6) ? Some(3, () => Pick(Words)) : [];

    // Sometimes more than are searched one by one, or than the index takes.
    private IReadOnlyList<string> Bound() =>
        Chance(10) ? [.. Enumerable.Range(0, Pick([9, 300])).Select(i => $"{i}"), Pick(Words)] : Some(3, () => Pick(Words));

    private Dictionary<string, string> Labels(IReadOnlyList<string> keys) =>
        Enumerable.Range(0, _random.Next(4)).Select(_ => Pick(keys)).Distinct().ToDictionary(key => key, _ => Pick(Words));

    private IReadOnlyList<T> Some<T>(int most, Func<T> one) => [.. Enumerable.Range(0, _random.Next(1, most + 1)).Select(_ => one())];
}
