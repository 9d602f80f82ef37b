using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Onboarding.Api.Identity;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Unit.Api.Identity;

public partial class PlatformIdentityTests
{
    private const string Sub = "6fd5f7a1-0c4e-4d4e-9d55-0b1f1c6d0a11";
    private const string Vm = "02aab8a4-74ef-476e-8182-f6d2ba4166a6";
    private static readonly string Print = new('a', 64);

    public static TheoryData<string, string, string, string> Identities => new()
    {
        {
            "gcp",
            """{"projectId":"shop-prod","projectNumber":"123456789","region":"europe-west4","zone":"europe-west4-b","gce":{"instanceId":"987","serviceAccount":"web@shop-prod.iam.gserviceaccount.com"}}""",
            "gcp 123456789 gce 987",
            "g-gcp-shop-prod-europe-west4-b-gce-987"
        },
        {
            "azure",
            $$$"""{"subscription":"{{{Sub}}}","tenant":"{{{Vm}}}","resourceGroup":"RG-web","compute":{"instanceId":"{{{Vm}}}","scaleSet":"web","managedIdentity":"system"}}""",
            $"azure {Sub} vm {Vm}",
            $"g-azure-{Sub}-vm-{Vm}"
        },
        {
            "kubernetes",
            """{"namespace":"shop","serviceAccount":"web","pod":{"name":"web-0","uid":"02aab8a4-74ef"}}""",
            "kubernetes shop web pod 02aab8a4-74ef",
            "g-kubernetes-shop--web--02aab8a4-74ef"
        },
        { "kubernetes", """{"namespace":"shop","serviceAccount":"web.x"}""", "kubernetes shop web.x", "g-kubernetes--shop--web-2ex" },
        { "spiffe", """{"trustDomain":"corp.example","path":"/vm/web-1"}""", "spiffe corp.example /vm/web-1", "g-spiffe-corp.example--vm.web-1" },
        { "spiffe", """{"trustDomain":"corp.example","path":""}""", "spiffe corp.example ", "g-spiffe-corp.example" },
        { "spiffe", """{"trustDomain":"corp.example","path":"/VM"}""", "spiffe corp.example /VM", "g-spiffe--corp-2eexample---2f-56-4d" },
        {
            "x509",
            $$"""{"authority":"corp","authorityKey":"{{Print}}","issuer":"CN=CA","subject":"CN=web 1","fingerprint":"{{Print}}","dnsNames":["Web.example"],"ipAddresses":["10.0.0.1"]}""",
            "x509 corp subject CN=web%201",
            "g-x509-*"
        },
        {
            "x509",
            $$"""{"authority":"corp","authorityKey":"{{Print}}","issuer":"CN=CA","fingerprint":"{{Print}}","dnsNames":["Web.example"],"uris":["spiffe://a/b"],"emailAddresses":["a@b"],"ipAddresses":["10.0.0.1"]}""",
            "x509 corp names dns:web.example email:a@b ip:10.0.0.1 uri:spiffe://a/b",
            "g-x509-*"
        },
        { "x509", $$"""{"authority":"corp","authorityKey":"{{Print}}","issuer":"CN=CA","fingerprint":"{{Print}}"}""", $"x509 corp names sha256:{Print}", "g-x509-*" },
        { "joinToken", """{"namespace":"shop","name":"rack-7"}""", "joinToken shop rack-7", "g-join-token-rack-7" },
    };

    [Theory]
    [MemberData(nameof(Identities))]
    public void Every_platform_has_a_canonical_form_a_name_and_JSON_that_reads_back(string platform, string member, string canonical, string name)
    {
        JsonObject json = new() { [platform] = JsonNode.Parse(member) };

        WorkloadIdentity identity = WorkloadIdentity.FromJson(json).Value!;

        identity.Platform.ShouldBe(platform);
        JsonNode.DeepEquals(identity.ToJson().Order(), json.Order()).ShouldBeTrue(identity.ToJson().ToJsonString());
        CanonicalIdentity.Serialize(identity).ShouldBe(canonical);
        RegistrationName.TryCreate("g", identity, null, out string? made).ShouldBeTrue();
        (name.EndsWith('*') ? HashedName().Replace(made!, "-*") : made).ShouldBe(name);
        Subdomain().IsMatch(made!).ShouldBeTrue(made);
    }

    [Fact]
    public void The_case_of_Azure_names_makes_no_second_workload()
    {
        WorkloadIdentity lower = Azure(Sub, Vm);
        WorkloadIdentity upper = Azure(Sub.ToUpperInvariant(), Vm.ToUpperInvariant());

        CanonicalIdentity.Serialize(upper).ShouldBe(CanonicalIdentity.Serialize(lower));
    }

    [Fact]
    public void A_renewed_certificate_is_the_same_workload()
    {
        X509Identity first = new() { Authority = "corp", AuthorityKey = Print, Issuer = "CN=CA", Subject = "CN=web", Fingerprint = Print };

        CanonicalIdentity.Serialize(new WorkloadIdentity { X509 = first with { Fingerprint = new string('b', 64), AuthorityKey = new string('c', 64), Issuer = "CN=New CA" } })
            .ShouldBe(CanonicalIdentity.Serialize(new WorkloadIdentity { X509 = first }));
    }

    [Fact]
    public void Certificates_without_any_name_are_told_apart_by_fingerprint()
    {
        X509Identity first = new() { Authority = "corp", AuthorityKey = Print, Issuer = "CN=CA", Subject = "", Fingerprint = Print };

        CanonicalIdentity.Serialize(new WorkloadIdentity { X509 = first with { Fingerprint = new string('b', 64) } })
            .ShouldNotBe(CanonicalIdentity.Serialize(new WorkloadIdentity { X509 = first }));
    }

    [Theory]
    [InlineData("{}", ": needs one of: aws, azure, gcp, joinToken, jwt, kubernetes, spiffe, x509")]
    [InlineData("""{"joinToken":{"namespace":"a","name":"b"},"spiffe":{"trustDomain":"a","path":""}}""", "spiffe: can't be set together with joinToken: choose one")]
    [InlineData("""{"gcp":{"projectId":"a","projectNumber":"x","region":"r","zone":"z","gce":{"instanceId":"1"}}}""", "gcp.projectNumber: must be decimal digits, in quotes; it is \"x\"")]
    [InlineData("""{"gcp":{"projectId":"a","projectNumber":"1","region":"r","zone":"z"}}""", "gcp: needs one of: gce")]
    [InlineData("""{"spiffe":{"trustDomain":"spiffe://a","path":""}}""", "spiffe.trustDomain: must be a trust domain")]
    [InlineData("""{"spiffe":{"trustDomain":"a","path":"/a/../b"}}""", "spiffe.path: must be the path of a SPIFFE ID")]
    [InlineData("""{"tpm":{}}""", "tpm: is not a known field")]
    public void What_is_no_identity_is_refused_with_its_place(string json, string problem) =>
        WorkloadIdentity.FromJson(JsonNode.Parse(json)!.AsObject()).Problems
            .ShouldContain(p => (p.Path.Length == 0 ? $": {p.Message}" : p.ToString()).Contains(problem, StringComparison.Ordinal));

    [Fact]
    public void Two_platforms_at_once_are_no_platform()
    {
        WorkloadIdentity both = new()
        {
            JoinToken = new JoinTokenIdentity { Namespace = "a", Name = "b" },
            Spiffe = new SpiffeIdentity { TrustDomain = "a", Path = "" },
        };

        both.Platform.ShouldBeNull();
        Should.Throw<ArgumentException>(() => CanonicalIdentity.Serialize(both));
        RegistrationName.TryCreate("g", both, null, out _).ShouldBeFalse();
    }

    [Theory]
    [InlineData("""{"gcp":{"projectId":"a","projectNumber":"1","region":"r","zone":"odd","gce":{"instanceId":"1"}}}""")]
    public void Identities_with_parts_no_name_can_be_made_of_are_refused(string json) =>
        RegistrationName.TryCreate("g", Read(json), null, out _).ShouldBeFalse();

    [Fact]
    public void No_two_accounts_and_pods_share_a_name()
    {
        string[] texts = ["a", "a--b", "a-b", "b", "a.b", "2db", "a-2db"];
        HashSet<string> names = [];
        int count = 0;
        foreach (string ns in texts.Where(t => !t.Contains('.', StringComparison.Ordinal)))
        {
            foreach (string account in texts)
            {
                foreach (KubernetesPod? pod in texts.Select(t => new KubernetesPod("p", t)).Append(null))
                {
                    WorkloadIdentity identity = new() { Kubernetes = new KubernetesIdentity { Namespace = ns, ServiceAccount = account, Pod = pod } };
                    RegistrationName.TryCreate("g", identity, null, out string? name).ShouldBeTrue();
                    names.Add(name!).ShouldBeTrue(name);
                    count++;
                }
            }
        }

        names.Count.ShouldBe(count);
    }

    [Fact]
    public void No_two_SPIFFE_IDs_share_a_name()
    {
        string[] domains = ["a", "a.b", "a--b", "a_b", "a-b"];
        string[] paths = ["", "/a", "/a/b", "/a.b", "/a--b", "/A", "/a/-b", "/b/a"];
        HashSet<string> names = [];
        foreach ((string domain, string path) in domains.SelectMany(d => paths.Select(p => (d, p))))
        {
            RegistrationName.TryCreate("g", new WorkloadIdentity { Spiffe = new SpiffeIdentity { TrustDomain = domain, Path = path } }, null, out string? name)
                .ShouldBeTrue();
            Subdomain().IsMatch(name!).ShouldBeTrue(name);
            names.Add(name!).ShouldBeTrue(name);
        }
    }

    private static WorkloadIdentity Azure(string subscription, string vm) => new()
    {
        Azure = new AzureIdentity { Subscription = subscription, Compute = new AzureVirtualMachine { InstanceId = vm } },
    };

    private static WorkloadIdentity Read(string json) => WorkloadIdentity.FromJson(JsonNode.Parse(json)!.AsObject()).Value!;

    [GeneratedRegex(@"-[0-9a-f]{32}\z")]
    private static partial Regex HashedName();

    [GeneratedRegex(@"^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\z")]
    private static partial Regex Subdomain();
}

file static class JsonOrder
{
    public static JsonNode Order(this JsonNode node) => node is JsonObject map
        ? new JsonObject(map.OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => KeyValuePair.Create(p.Key, p.Value is null ? null : (JsonNode?)p.Value.Order())))
        : node.DeepClone();
}
