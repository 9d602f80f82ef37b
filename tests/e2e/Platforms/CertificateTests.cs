using System.Text.Json.Nodes;
using Onboarding.Api.Runtime;
using Onboarding.Testing;
using Onboarding.Testing.Clouds;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.E2E.Platforms;

/// <summary>Machines that have a certificate, or an SVID.</summary>
public sealed class CertificateTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly SpiffeDomain _domain = new();

    private string SpiffeSettings => new JsonObject
    {
        ["spiffe"] = new JsonObject { ["trustDomains"] = new JsonArray(new JsonObject { ["name"] = _domain.Name, ["bundleFile"] = Write("bundle.json", _domain.Bundle) }) },
    }.ToJsonString();

    public void Dispose()
    {
        _domain.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public async Task A_machine_with_a_certificate_of_a_configured_authority_joins_by_proof_of_its_key()
    {
        using CertificateAuthority corp = CertificateAuthority.Create();
        using CertificateAuthority issuing = corp.Intermediate("CN=Issuing,O=Corp");
        using IssuedCertificate certificate = issuing.Issue("CN=web-1,O=Corp", new CertificateTerms { DnsNames = ["web-1.corp.example"] });
        var settings = new JsonObject
        {
            ["x509"] = new JsonObject
            {
                ["authorities"] = new JsonArray(new JsonObject
                {
                    ["name"] = "corp",
                    ["roots"] = corp.Pem,
                    ["crlFile"] = Write("corp.crl", corp.RevocationList(DateTimeOffset.UtcNow.AddDays(1)) + "\n" + issuing.RevocationList(DateTimeOffset.UtcNow.AddDays(1))),
                }),
            },
        };
        await using CloudMesh mesh = await CloudMesh.StartAsync(settings.ToJsonString(), """{"x509": {"dnsNames": ["web-1.corp.example"]}}""");

        await mesh.StartAgentAsync(
            $"{{custom: {{credential: [{{x509: {{certificateFile: {Write("web.crt", certificate.Pem + "\n" + issuing.Pem)}, keyFile: {Write("web.key", certificate.KeyPem)}}}}}]}}}}");
        WorkloadAutoRegistration member = await mesh.WaitUntilJoinedAsync();

        member.Spec!.Identity.X509!.DnsNames.ShouldBe(["web-1.corp.example"]);
        mesh.Log.ShouldNotContain("PRIVATE KEY");
    }

    [Fact]
    public async Task A_machine_with_a_SPIFFE_agent_joins_by_a_JWT_SVID()
    {
        string socket = _directory["agent.sock"];
        await using FakeSpiffeAgent spiffe = await FakeSpiffeAgent.StartAsync(_domain, socket);
        await using CloudMesh mesh = await CloudMesh.StartAsync(SpiffeSettings, """{"spiffe": {"trustDomains": ["corp.example"], "pathPrefixes": ["/vm"]}}""");

        await mesh.StartAgentAsync($"{{custom: {{credential: [{{spiffe: {{workloadApi: \"unix://{socket}\"}}}}]}}}}");
        WorkloadAutoRegistration member = await mesh.WaitUntilJoinedAsync();

        member.Spec!.Identity.Spiffe!.Path.ShouldBe("/vm/web-1");
    }

    [Fact]
    public async Task A_machine_with_a_SPIFFE_agent_joins_by_proof_of_its_X509_SVIDs_key()
    {
        string socket = _directory["agent.sock"];
        await using FakeSpiffeAgent spiffe = await FakeSpiffeAgent.StartAsync(_domain, socket);
        await using CloudMesh mesh = await CloudMesh.StartAsync(SpiffeSettings, """{"spiffe": {"trustDomains": ["corp.example"], "paths": ["/vm/web-3"]}}""");

        await mesh.StartAgentAsync($"{{custom: {{credential: [{{spiffe: {{workloadApi: \"unix://{socket}\", svid: X509}}}}]}}}}");
        WorkloadAutoRegistration member = await mesh.WaitUntilJoinedAsync();

        member.Spec!.Identity.Spiffe!.Path.ShouldBe("/vm/web-3");
        mesh.Log.ShouldContain("X.509-SVID");
    }

    [Fact]
    public async Task A_machine_with_an_X509_SVID_in_files_joins_by_proof_of_its_key()
    {
        using IssuedCertificate svid = _domain.Issue("spiffe://corp.example/vm/web-2");
        await using CloudMesh mesh = await CloudMesh.StartAsync(SpiffeSettings, """{"spiffe": {"trustDomains": ["corp.example"], "paths": ["/vm/web-2"]}}""");

        await mesh.StartAgentAsync(
            $"{{custom: {{credential: [{{spiffe: {{certificateFile: {Write("svid.crt", svid.Pem)}, keyFile: {Write("svid.key", svid.KeyPem)}}}}}]}}}}");
        WorkloadAutoRegistration member = await mesh.WaitUntilJoinedAsync();

        member.Spec!.Identity.Spiffe!.Path.ShouldBe("/vm/web-2");
    }

    private string Write(string name, string content)
    {
        string file = _directory[name];
        File.WriteAllText(file, content);
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return file;
    }
}
