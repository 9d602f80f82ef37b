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

public sealed class DiscoveryServiceTests : IAsyncLifetime
{
    private const string Clusters = "type.googleapis.com/envoy.config.cluster.v3.Cluster";
    private const string Endpoints = "type.googleapis.com/envoy.config.endpoint.v3.ClusterLoadAssignment";
    private const string Names = "type.googleapis.com/istio.networking.nds.v1.NameTable";
    private const string Health = "type.googleapis.com/istio.v1.HealthInformation";

    private readonly TestTokens _tokens = new();
    private readonly TemporaryDirectory _directory = new();
    private readonly TestLog _log = new();
    private readonly RecordedProxies _proxies = new();
    private IstiodServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await IstiodServer.StartAsync(new IstiodOptions
    {
        DataDirectory = _directory.Path,
        TokenReviewer = _tokens.ReviewAsync,
        Port = 0,
        LoggerFactory = _log,
        ProxyObserver = _proxies,
    });

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _directory.Dispose();
        _log.Dispose();
    }

    [Fact]
    public async Task A_token_opens_a_stream_and_each_type_is_answered_once()
    {
        using var client = new IstiodClient(_server);
        using AsyncDuplexStreamingCall<DiscoveryRequest, DiscoveryResponse> call =
            client.Discovery.StreamAggregatedResources(IstiodClient.Headers(_tokens.Issue()));

        DiscoveryResponse clusters = await AskAsync(call, new DiscoveryRequest { Node = Node(), TypeUrl = Clusters });
        clusters.TypeUrl.ShouldBe(Clusters);
        await call.RequestStream.WriteAsync(
            new DiscoveryRequest { TypeUrl = Clusters, VersionInfo = clusters.VersionInfo, ResponseNonce = clusters.Nonce });

        // What comes next answers this, and not the acknowledgement.
        var wanted = new DiscoveryRequest { TypeUrl = Endpoints, ResourceNames = { "outbound|80||reviews" } };
        DiscoveryResponse endpoints = await AskAsync(call, wanted);
        endpoints.TypeUrl.ShouldBe(Endpoints);
        NamedResource.Parser.ParseFrom(endpoints.Resources.Single().Value).Name.ShouldBe("outbound|80||reviews");
        (await AskAsync(call, new DiscoveryRequest { TypeUrl = Names })).Resources.Single().TypeUrl.ShouldBe(Names);
    }

    [Fact]
    public async Task A_certificate_opens_a_delta_stream_without_any_token()
    {
        using var first = new IstiodClient(_server);
        using X509Certificate2 certificate = await first.CertificateAsync(_tokens.Issue());
        using var client = new IstiodClient(_server, certificate);
        using AsyncDuplexStreamingCall<DeltaDiscoveryRequest, DeltaDiscoveryResponse> call =
            client.Discovery.DeltaAggregatedResources(IstiodClient.Headers(null));

        await call.RequestStream.WriteAsync(new DeltaDiscoveryRequest { Node = Node(), TypeUrl = Clusters });
        (await call.ResponseStream.MoveNext(default)).ShouldBeTrue();
        await call.RequestStream.WriteAsync(new DeltaDiscoveryRequest { TypeUrl = Clusters, ResponseNonce = call.ResponseStream.Current.Nonce });
        await call.RequestStream.WriteAsync(new DeltaDiscoveryRequest { TypeUrl = Endpoints, ResourceNamesSubscribe = { "a", "b" } });
        (await call.ResponseStream.MoveNext(default)).ShouldBeTrue();
        call.ResponseStream.Current.Resources.Select(r => r.Name).ShouldBe(["a", "b"]);
        await call.RequestStream.WriteAsync(new DeltaDiscoveryRequest { TypeUrl = Endpoints, ResourceNamesSubscribe = { "c" } });
        (await call.ResponseStream.MoveNext(default)).ShouldBeTrue();
        call.ResponseStream.Current.Resources.Select(r => r.Name).ShouldBe(["c"]);
    }

    [Fact]
    public async Task Without_a_credential_there_is_no_stream()
    {
        using var client = new IstiodClient(_server);
        using AsyncDuplexStreamingCall<DeltaDiscoveryRequest, DeltaDiscoveryResponse> call =
            client.Discovery.DeltaAggregatedResources(IstiodClient.Headers(null));

        RpcException refusal = await Should.ThrowAsync<RpcException>(call.ResponseStream.MoveNext(default));

        refusal.StatusCode.ShouldBe(StatusCode.Unauthenticated);
        refusal.Status.Detail.ShouldBe("authentication failure");
    }

    [Theory]
    [InlineData("other", "ratings", StatusCode.PermissionDenied)]
    [InlineData("bookinfo", "admin", StatusCode.PermissionDenied)]
    [InlineData("bookinfo", null, StatusCode.OK)]
    [InlineData(null, null, StatusCode.InvalidArgument)]
    public async Task A_proxy_may_only_say_it_is_who_it_is(string? ns, string? account, StatusCode expected)
    {
        using var client = new IstiodClient(_server);
        using AsyncDuplexStreamingCall<DiscoveryRequest, DiscoveryResponse> call =
            client.Discovery.StreamAggregatedResources(IstiodClient.Headers(_tokens.Issue()));
        await call.RequestStream.WriteAsync(
            new DiscoveryRequest { Node = ns is null ? new Node() : Node(ns, account), TypeUrl = Clusters });

        StatusCode got = StatusCode.OK;
        try
        {
            await call.ResponseStream.MoveNext(default);
        }
        catch (RpcException e)
        {
            got = e.StatusCode;
        }

        got.ShouldBe(expected);
    }

    [Theory]
    [InlineData("vm.bookinfo", "10.0.0.1", "missing parts in the service node \"vm.bookinfo\"")]
    [InlineData("sidecar~10.0.0.1~vm.bookinfo~bookinfo.svc.cluster.local~x", "10.0.0.1", "missing parts in the service node")]
    [InlineData("envoy~10.0.0.1~vm.bookinfo~bookinfo.svc.cluster.local", "10.0.0.1", "invalid node type (valid types: [sidecar router waypoint ztunnel agentgateway])")]
    [InlineData("sidecar~~vm.bookinfo~bookinfo.svc.cluster.local", "10.0.0.1,nowhere", "no valid IP address in the service node id or metadata")]
    public async Task A_node_that_can_not_be_read_is_an_invalid_argument(string id, string addresses, string reason)
    {
        using var client = new IstiodClient(_server);
        using AsyncDuplexStreamingCall<DiscoveryRequest, DiscoveryResponse> call =
            client.Discovery.StreamAggregatedResources(IstiodClient.Headers(_tokens.Issue()));
        Node node = Node();
        node.Id = id;
        node.Metadata.Fields["INSTANCE_IPS"] = Value.ForString(addresses);
        await call.RequestStream.WriteAsync(new DiscoveryRequest { Node = node, TypeUrl = Clusters });

        RpcException refusal = await Should.ThrowAsync<RpcException>(call.ResponseStream.MoveNext(default));

        refusal.StatusCode.ShouldBe(StatusCode.InvalidArgument);
        refusal.Status.Detail.ShouldStartWith(reason);
    }

    [Fact]
    public async Task A_refusal_repeats_no_megabytes_of_the_proxys_words()
    {
        using var client = new IstiodClient(_server);
        using AsyncDuplexStreamingCall<DiscoveryRequest, DiscoveryResponse> call =
            client.Discovery.StreamAggregatedResources(IstiodClient.Headers(_tokens.Issue()));
        await call.RequestStream.WriteAsync(new DiscoveryRequest { Node = Node(new string('x', 1_000_000)), TypeUrl = Clusters });

        RpcException refusal = await Should.ThrowAsync<RpcException>(call.ResponseStream.MoveNext(default));

        refusal.StatusCode.ShouldBe(StatusCode.PermissionDenied);
        refusal.Status.Detail.Length.ShouldBeLessThan(1100);
    }

    [Fact]
    public async Task The_refusal_of_another_identity_is_the_recorded_one()
    {
        // Recorded item 5: the machine moved to another group with its old certificate.
        using var first = new IstiodClient(_server);
        using X509Certificate2 certificate = await first.CertificateAsync(_tokens.Issue("bookinfo", "bookinfo-ratings"));
        using var client = new IstiodClient(_server, certificate);
        using AsyncDuplexStreamingCall<DiscoveryRequest, DiscoveryResponse> call =
            client.Discovery.StreamAggregatedResources(IstiodClient.Headers(_tokens.Issue("bookinfo", "bookinfo-details")));
        await call.RequestStream.WriteAsync(new DiscoveryRequest { Node = Node("bookinfo", "bookinfo-details"), TypeUrl = Clusters });

        RpcException refusal = await Should.ThrowAsync<RpcException>(call.ResponseStream.MoveNext(default));

        refusal.StatusCode.ShouldBe(StatusCode.PermissionDenied);
        refusal.Status.Detail.ShouldBeGolden();
    }

    [Fact]
    public async Task Health_is_passed_on_for_the_entry_the_proxy_has()
    {
        using var client = new IstiodClient(_server);
        using AsyncDuplexStreamingCall<DeltaDiscoveryRequest, DeltaDiscoveryResponse> call =
            client.Discovery.DeltaAggregatedResources(IstiodClient.Headers(_tokens.Issue()));
        await call.RequestStream.WriteAsync(new DeltaDiscoveryRequest { TypeUrl = Health });
        Node node = Node();
        node.Metadata.Fields["AUTO_REGISTER_GROUP"] = Value.ForString("ratings");
        node.Metadata.Fields["INSTANCE_IPS"] = Value.ForString("fd00::1,10.0.0.1");
        node.Metadata.Fields["NETWORK"] = Value.ForString("vm");
        await call.RequestStream.WriteAsync(new DeltaDiscoveryRequest { Node = node, TypeUrl = Clusters });
        await call.RequestStream.WriteAsync(new DeltaDiscoveryRequest { TypeUrl = Health });
        await call.RequestStream.WriteAsync(new DeltaDiscoveryRequest
        {
            TypeUrl = Health,
            ErrorDetail = new Google.Rpc.Status { Code = 13, Message = "connection refused" },
        });
        await call.RequestStream.CompleteAsync();
        (await call.ResponseStream.MoveNext(default)).ShouldBeTrue();
        (await call.ResponseStream.MoveNext(default)).ShouldBeFalse();

        // A report before the proxy said who it is counts for no one.
        await Eventually.Is(() => _proxies.Events.Count == 4, "the end of the stream is noticed");
        _proxies.Events.ShouldBe(
        [
            "connected bookinfo/ratings-fd00--1-vm",
            "bookinfo/ratings-fd00--1-vm healthy",
            "bookinfo/ratings-fd00--1-vm unhealthy: connection refused",
            "disconnected bookinfo/ratings-fd00--1-vm",
        ]);
    }

    [Fact]
    public async Task Stopping_ends_open_streams_with_unavailable()
    {
        using var client = new IstiodClient(_server);
        using AsyncDuplexStreamingCall<DiscoveryRequest, DiscoveryResponse> call =
            client.Discovery.StreamAggregatedResources(IstiodClient.Headers(_tokens.Issue()));
        await AskAsync(call, new DiscoveryRequest { Node = Node(), TypeUrl = Clusters });

        Task<bool> next = call.ResponseStream.MoveNext(default);
        await _server.DisposeAsync();

        // A busy machine may cut the connection before the stream's end is on it: the client then reports a broken stream.
        (await Should.ThrowAsync<RpcException>(next)).StatusCode.ShouldBeOneOf(StatusCode.Unavailable, StatusCode.Internal);
        _server = await IstiodServer.StartAsync(new IstiodOptions
        {
            DataDirectory = _directory.Path,
            TokenReviewer = _tokens.ReviewAsync,
            Port = 0,
        });
    }

    private static async Task<DiscoveryResponse> AskAsync(
        AsyncDuplexStreamingCall<DiscoveryRequest, DiscoveryResponse> call, DiscoveryRequest request)
    {
        await call.RequestStream.WriteAsync(request);
        (await call.ResponseStream.MoveNext(default)).ShouldBeTrue();
        return call.ResponseStream.Current;
    }

    private static Node Node(string ns = "bookinfo", string? account = "ratings")
    {
        var node = new Node { Id = $"sidecar~10.0.0.1~vm.{ns}~{ns}.svc.cluster.local", Metadata = new Struct() };
        node.Metadata.Fields["NAMESPACE"] = Value.ForString(ns);
        if (account is not null)
        {
            node.Metadata.Fields["SERVICE_ACCOUNT"] = Value.ForString(account);
        }

        return node;
    }
}
