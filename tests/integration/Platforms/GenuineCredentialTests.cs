using Onboarding.Api.Identity;
using Onboarding.Api.Policies;
using Onboarding.Api.Runtime;
using Onboarding.Kubernetes;
using Onboarding.Testing;
using Onboarding.Testing.Clouds;
using Onboarding.Tests.Integration.Endpoint;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Integration.Platforms;

/// <summary>What is genuine gets in, and the registration says what was proved, and nothing else.</summary>
public sealed class GenuineCredentialTests(PlatformPlane platforms) : IClassFixture<PlatformPlane>
{
    [Fact]
    public async Task A_gcp_instance_joins()
    {
        WorkloadIdentity identity = await IdentityOf(await platforms.AdmitAsync((plane, _) => PlatformCredentials.Gcp(platforms.Google, plane, "4711")));

        GcpIdentity gcp = identity.Gcp.ShouldNotBeNull();
        gcp.ProjectId.ShouldBe("shop-prod");
        gcp.ProjectNumber.ShouldBe("739419398126");
        gcp.Zone.ShouldBe("europe-west4-b");
        gcp.Region.ShouldBe("europe-west4");
        gcp.Gce!.InstanceId.ShouldBe("4711");
        gcp.Gce.ServiceAccount.ShouldBe("ratings@shop-prod.iam.gserviceaccount.com");
    }

    [Fact]
    public async Task An_azure_machine_joins_by_its_attested_document()
    {
        TestAgent agent = await platforms.AdmitAsync((plane, key) =>
            PlatformCredentials.Azure(platforms.Azure, plane, key, c => c["vmId"] = "00000000-0000-4000-8000-000000000001"));

        AzureIdentity azure = (await IdentityOf(agent)).Azure.ShouldNotBeNull();
        azure.Subscription.ShouldBe(AzureCloud.Subscription);
        azure.Tenant.ShouldBe(AzureCloud.Tenant, "the configuration says whose subscription it is");
        azure.Compute!.InstanceId.ShouldBe("00000000-0000-4000-8000-000000000001");
        azure.ResourceGroup.ShouldBeNull("nothing proved it");
    }

    [Fact]
    public async Task An_azure_machine_with_a_managed_identity_proves_its_resource_group_too()
    {
        TestAgent agent = await platforms.AdmitAsync((plane, key) => PlatformCredentials.Azure(
            platforms.Azure, plane, key, c => c["vmId"] = "00000000-0000-4000-8000-000000000002", withToken: true));

        AzureIdentity azure = (await IdentityOf(agent)).Azure.ShouldNotBeNull();
        azure.ResourceGroup.ShouldBe("shop");
        azure.Compute!.ManagedIdentity.ShouldBe("system");
        azure.Compute.ScaleSet.ShouldBeNull();
    }

    [Fact]
    public async Task An_azure_machine_of_a_scale_set_with_an_assigned_identity_joins()
    {
        const string Machine = $"/subscriptions/{AzureCloud.Subscription}/resourceGroups/Shop/providers/Microsoft.Compute/virtualMachineScaleSets/web/virtualMachines/3";
        TestAgent agent = await platforms.AdmitAsync((plane, key) => PlatformCredentials.Azure(
            platforms.Azure,
            plane,
            key,
            c => c["vmId"] = "00000000-0000-4000-8000-000000000003",
            t =>
            {
                t["iss"] = $"https://login.microsoftonline.com/{AzureCloud.Tenant}/v2.0";
                t["xms_mirid"] = AzureCloud.Identity;
                t["xms_az_rid"] = Machine;
            }));

        AzureIdentity azure = (await IdentityOf(agent)).Azure.ShouldNotBeNull();
        azure.ResourceGroup.ShouldBe("Shop");
        azure.Compute!.ScaleSet.ShouldBe("web");
        azure.Compute.ManagedIdentity.ShouldBe(AzureCloud.Identity);
    }

    [Fact]
    public async Task A_service_account_of_the_cluster_joins()
    {
        ServiceAccountToken token = await platforms.Plane.Client.CreateTokenAsync("bookinfo", "default", [TestPlane.Uid], TimeSpan.FromMinutes(10));

        TestAgent agent = await platforms.AdmitAsync((_, _) => PlatformCredentials.Kubernetes(token.Token));

        KubernetesIdentity kubernetes = (await IdentityOf(agent)).Kubernetes.ShouldNotBeNull();
        kubernetes.Namespace.ShouldBe("bookinfo");
        kubernetes.ServiceAccount.ShouldBe("default");
    }

    [Fact]
    public async Task A_workload_with_a_jwt_svid_joins()
    {
        TestAgent agent = await platforms.AdmitAsync((plane, _) => PlatformCredentials.SpiffeJwt(platforms.Spiffe, plane));

        SpiffeIdentity spiffe = (await IdentityOf(agent)).Spiffe.ShouldNotBeNull();
        spiffe.TrustDomain.ShouldBe("corp.example");
        spiffe.Path.ShouldBe("/vm/web-1");
    }

    [Fact]
    public async Task A_workload_with_an_x509_svid_joins()
    {
        using IssuedCertificate svid = platforms.Spiffe.Issue("spiffe://corp.example/vm/web-2");

        TestAgent agent = await platforms.AdmitAsync((plane, key) => PlatformCredentials.SpiffeX509(plane, key, svid));

        (await IdentityOf(agent)).Spiffe!.Path.ShouldBe("/vm/web-2");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_workload_with_a_certificate_joins(bool rsa)
    {
        using CertificateAuthority issuing = platforms.Corp.Intermediate("CN=Corp Issuing,O=Corp");
        using IssuedCertificate certificate = issuing.Issue(
            $"CN=web-{rsa},O=Corp", new CertificateTerms { Rsa = rsa, DnsNames = ["web.corp.example"], Uris = ["urn:host:web"] });

        TestAgent agent = await platforms.AdmitAsync((plane, key) => PlatformCredentials.X509(plane, key, certificate, issuing.Certificate));

        X509Identity x509 = (await IdentityOf(agent)).X509.ShouldNotBeNull();
        x509.Authority.ShouldBe("corp");
        x509.AuthorityKey.ShouldBe(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(
            platforms.Corp.Certificate.PublicKey.ExportSubjectPublicKeyInfo())));
        x509.Issuer.ShouldContain("CN=Corp Root");
        x509.Subject.ShouldContain($"CN=web-{rsa}");
        x509.DnsNames.ShouldBe(["web.corp.example"]);
        x509.Uris.ShouldBe(["urn:host:web"]);
        x509.Fingerprint.ShouldBe(certificate.Certificate.GetCertHashString(System.Security.Cryptography.HashAlgorithmName.SHA256).ToLowerInvariant());
    }

    [Fact]
    public async Task An_issuing_authority_is_an_anchor_without_the_root_above_it()
    {
        using CertificateAuthority below = platforms.Issuing.Intermediate("CN=Below,O=Corp");
        using IssuedCertificate direct = platforms.Issuing.Issue("CN=direct,O=Corp");
        using IssuedCertificate indirect = below.Issue("CN=indirect,O=Corp");

        TestAgent first = await platforms.AdmitAsync((plane, key) => PlatformCredentials.X509(plane, key, direct));
        TestAgent second = await platforms.AdmitAsync((plane, key) => PlatformCredentials.X509(plane, key, indirect, below.Certificate, platforms.Issuing.Certificate));

        (await IdentityOf(first)).X509!.Authority.ShouldBe("issuing");
        (await IdentityOf(second)).X509!.Authority.ShouldBe("issuing");
    }

    [Fact]
    public async Task A_certificate_of_an_authority_with_a_current_list_that_does_not_name_it_joins()
    {
        using IssuedCertificate revoked = platforms.Strict.Issue("CN=gone,O=Corp");
        using IssuedCertificate good = platforms.Strict.Issue("CN=stays,O=Corp");
        await File.WriteAllTextAsync(
            platforms.CrlFile, platforms.Strict.RevocationList(DateTimeOffset.UtcNow.AddDays(1), revoked.Certificate));

        TestAgent agent = await platforms.AdmitAsync((plane, key) => PlatformCredentials.X509(plane, key, good));

        (await IdentityOf(agent)).X509!.Subject.ShouldContain("CN=stays");
    }

    [Fact]
    public async Task A_renewed_certificate_is_the_same_workload()
    {
        using IssuedCertificate first = platforms.Corp.Issue("CN=renewed,O=Corp");
        using IssuedCertificate second = platforms.Corp.Issue("CN=renewed,O=Corp");
        using var key = new TestAgentKey();
        TestAgent agent = await platforms.AdmitAsync((plane, k) => PlatformCredentials.X509(plane, k, first), key);

        TestAgent renewed = await platforms.AdmitAsync((plane, k) => PlatformCredentials.X509(plane, k, second), key);

        renewed.RegistrationUid.ShouldBe(agent.RegistrationUid);
    }

    [Fact]
    public async Task A_machine_with_a_join_token_joins_and_stays_when_the_token_has_expired()
    {
        JoinTokenText token = await platforms.CreateJoinTokenAsync("rack-1", life: TimeSpan.FromSeconds(20));
        using var key = new TestAgentKey();
        TestAgent agent = await platforms.AdmitAsync((_, _) => PlatformCredentials.Join(token), key);
        (await IdentityOf(agent)).JoinToken.ShouldBe(new JoinTokenIdentity { Namespace = "bookinfo", Name = "rack-1" });
        JoinToken stored = await platforms.Plane.Client.GetAsync<JoinToken>("bookinfo", "rack-1");
        await platforms.Plane.Client.UpdateAsync(stored with { Spec = stored.Spec! with { ExpiresAt = DateTimeOffset.UtcNow.AddDays(-1) } });
        using var other = new TestAgentKey();
        await Onboarding.Testing.Eventually.Is(
            async () => await ReasonAsync(token, other) == Onboarding.Api.Reasons.CredentialExpired, "the token has expired for everybody else");

        TestAgent renewed = await platforms.AdmitAsync((_, _) => PlatformCredentials.Join(token), key);

        renewed.RegistrationUid.ShouldBe(agent.RegistrationUid);
    }

    private async Task<string?> ReasonAsync(JoinTokenText token, TestAgentKey key)
    {
        TestAgent agent = platforms.Plane.Agent(key: key);
        agent.Present = (_, _) => PlatformCredentials.Join(token);
        return (await TestAgent.RefusedAsync(() => agent.AuthorizeAsync())).Reason;
    }

    private async Task<WorkloadIdentity> IdentityOf(TestAgent agent) =>
        (await platforms.Plane.Client.GetAsync<WorkloadAutoRegistration>("bookinfo", agent.Registration)).Spec!.Identity;
}
