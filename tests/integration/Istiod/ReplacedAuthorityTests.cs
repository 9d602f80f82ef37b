using System.Security.Cryptography.X509Certificates;
using Envoy.Config.Core.V3;
using Envoy.Service.Discovery.V3;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Onboarding.Embedded.Istio;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Integration.Istiod;

/// <summary>istiod's authority is replaced under members that hold its certificates (recorded item 5).</summary>
public sealed class ReplacedAuthorityTests : IAsyncLifetime
{
    private readonly TestTokens _tokens = new();
    private readonly TemporaryDirectory _directory = new();
    private readonly TestLog _log = new();
    private IstiodServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await StartAsync();

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _directory.Dispose();
        _log.Dispose();
    }

    [Fact]
    public async Task The_new_root_has_the_old_name_and_another_key_and_survives_a_restart()
    {
        using X509Certificate2 before = X509Certificate2.CreateFromPem(_server.RootCertificatePem);
        _server.Authority.Replace();
        using X509Certificate2 after = X509Certificate2.CreateFromPem(_server.RootCertificatePem);

        after.Subject.ShouldBe(before.Subject);
        after.GetPublicKey().ShouldNotBe(before.GetPublicKey());
        await _server.DisposeAsync();
        _server = await StartAsync();
        _server.RootCertificatePem.Trim().ShouldBe(after.ExportCertificatePem());
    }

    [Fact]
    public async Task Killed_while_it_replaces_the_next_start_finds_a_pair()
    {
        await _server.DisposeAsync();
        string key = await File.ReadAllTextAsync(_directory["istio-ca-key.pem"]);
        string certificate = await File.ReadAllTextAsync(_directory["istio-ca.pem"]);

        // Killed before the old certificate goes: nothing has changed.
        await File.WriteAllTextAsync(_directory["istio-ca-key.pem.next"], "half");
        _server = await StartAsync();
        _server.RootCertificatePem.ShouldBe(certificate);

        // Killed after it: there is a new pair.
        await _server.DisposeAsync();
        File.Delete(_directory["istio-ca.pem"]);
        _server = await StartAsync();
        _server.RootCertificatePem.ShouldNotBe(certificate);
        (await File.ReadAllTextAsync(_directory["istio-ca-key.pem"])).ShouldNotBe(key);
        using X509Certificate2 issued = await CertificateAsync();
    }

    [Fact]
    public async Task Where_no_new_pair_can_be_written_the_old_one_stays()
    {
        string before = _server.RootCertificatePem;
        Directory.CreateDirectory(_directory["istio-ca.pem.next"]); // as little can be moved there as to a full disk

        Should.Throw<IOException>(_server.Authority.Replace);

        _server.RootCertificatePem.ShouldBe(before);
        using X509Certificate2 issued = await CertificateAsync();
        await _server.DisposeAsync();
        _server = await StartAsync();
        _server.RootCertificatePem.ShouldBe(before);
    }

    [Fact]
    public async Task A_certificate_of_before_is_refused_in_the_handshake_whatever_token_comes_with_it()
    {
        using X509Certificate2 old = await CertificateAsync();
        _server.Authority.Replace();

        // Recorded: "remote error: tls: unknown certificate authority". .NET on Linux sends no alert; the connection just ends.
        using var member = new IstiodClient(_server, old);
        RpcException refusal = await Should.ThrowAsync<RpcException>(() => member.CertificateAsync(_tokens.Issue()));
        refusal.StatusCode.ShouldBe(StatusCode.Unavailable);

        // Without the old pair the token is enough: what the agent does for its sidecar.
        using X509Certificate2 fresh = await CertificateAsync();
        using var again = new IstiodClient(_server, fresh);
        using X509Certificate2 renewed = await again.CertificateAsync("");
    }

    [Fact]
    public async Task Connections_that_were_opened_with_an_old_certificate_end()
    {
        using X509Certificate2 old = await CertificateAsync();
        using var member = new IstiodClient(_server, old);
        using AsyncDuplexStreamingCall<DiscoveryRequest, DiscoveryResponse> call =
            member.Discovery.StreamAggregatedResources(IstiodClient.Headers(null));
        var node = new Node { Id = "sidecar~10.0.0.1~vm.bookinfo~bookinfo.svc.cluster.local", Metadata = new Struct() };
        node.Metadata.Fields["NAMESPACE"] = Value.ForString("bookinfo");
        await call.RequestStream.WriteAsync(
            new DiscoveryRequest { Node = node, TypeUrl = "type.googleapis.com/envoy.config.cluster.v3.Cluster" });
        (await call.ResponseStream.MoveNext(default)).ShouldBeTrue();

        _server.Authority.Replace();

        await Should.ThrowAsync<RpcException>(call.ResponseStream.MoveNext(default));
        await Should.ThrowAsync<RpcException>(() => member.CertificateAsync(_tokens.Issue()));
    }

    [Fact]
    public async Task A_client_that_trusts_the_old_root_alone_refuses_istiod()
    {
        string before = _server.RootCertificatePem;
        _server.Authority.Replace();
        using var client = new IstiodClient(_server.Address, before);

        await Should.ThrowAsync<RpcException>(() => client.CertificateAsync(_tokens.Issue()));
    }

    private async Task<X509Certificate2> CertificateAsync()
    {
        using var client = new IstiodClient(_server);
        return await client.CertificateAsync(_tokens.Issue());
    }

    private Task<IstiodServer> StartAsync() => IstiodServer.StartAsync(new IstiodOptions
    {
        DataDirectory = _directory.Path,
        TokenReviewer = _tokens.ReviewAsync,
        Port = 0,
        LoggerFactory = _log,
    });
}
