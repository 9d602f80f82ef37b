using System.Net;
using Grpc.Core;
using Onboarding.Api.Rpc;
using Onboarding.Testing;
using Onboarding.Tests.Integration.Endpoint;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Integration.Telemetry;

public sealed class MetricsTests
{
    [Fact]
    public async Task A_scrape_shows_sessions_decisions_calls_and_limits()
    {
        await using TestPlane plane = await TestPlane.StartAsync(options: o => o with { ManagementPort = 0 });
        TestAgent agent = plane.Agent("counted");
        await agent.AuthorizeAsync();
        await agent.RegisterAsync();
        using TestSession session = await agent.ConnectAsync();
        await session.NextAsync(PlaneMessage.MessageOneofCase.Established);
        (await plane.Agent("counted").RefusalAsync("no-such-group")).ShouldNotBeNull();

        Scrape scrape = await Scrape.TakeAsync(plane.Endpoint.ManagementPort!.Value);

        scrape.Sum("onboarding_sessions").ShouldBe(1);
        scrape.Sum("onboarding_ready").ShouldBe(1);
        scrape.Sum("onboarding_decisions_total", "action=\"register\"", "outcome=\"allow\"").ShouldBe(1);
        scrape.Sum("onboarding_decisions_total", "outcome=\"deny\"").ShouldNotBeNull().ShouldBeGreaterThanOrEqualTo(1);
        scrape.Sum("rpc_server_call_duration_seconds_count", "RegisterWorkload", "rpc_response_status_code=\"OK\"").ShouldBe(1);
        scrape.Sum("onboarding_limit", "limit=\"connections\"").ShouldNotBeNull().ShouldBeGreaterThan(0);
        scrape.Sum("onboarding_connections", "state=\"proved\"").ShouldBe(1);
        scrape.Sum("onboarding_certificate_expiry_seconds").ShouldNotBeNull().ShouldBeGreaterThan(DateTimeOffset.UtcNow.ToUnixTimeSeconds());
        scrape.Sum("onboarding_token_key_created_seconds").ShouldNotBeNull();
        scrape.Sum("onboarding_policy_compile_duration_seconds_count").ShouldNotBeNull();
        scrape.Sum("onboarding_build_info").ShouldBe(1);
    }

    [Fact]
    public async Task No_label_has_a_value_that_a_machine_chooses()
    {
        await using TestPlane plane = await TestPlane.StartAsync(options: o => o with { ManagementPort = 0 });
        TestAgent agent = plane.Agent("a-name-of-its-own");
        await agent.AuthorizeAsync();
        await agent.RegisterAsync();
        (await plane.Agent("another-name-of-its-own").RefusalAsync("a-group-of-its-own")).ShouldNotBeNull();

        // Attack: a method that isn't served must not become a series.
        var unknown = new Method<byte[], byte[]>(MethodType.Unary, "made.up.Service", "MadeUp", Marshallers.Create(b => b, b => b), Marshallers.Create(b => b, b => b));
        RpcException refused = await Should.ThrowAsync<RpcException>(async () => await plane.Channel.CreateCallInvoker().AsyncUnaryCall(unknown, null, default, []));
        refused.StatusCode.ShouldBe(StatusCode.Unimplemented);

        Scrape scrape = await Scrape.TakeAsync(plane.Endpoint.ManagementPort!.Value);

        scrape.Text.ShouldNotContain("of-its-own");
        scrape.Text.ShouldNotContain("MadeUp");
        scrape.Text.ShouldNotContain(TestPlane.Namespace);
    }

    [Fact]
    public async Task A_plane_serves_no_metrics_unless_it_is_told_to()
    {
        await using TestPlane plane = await TestPlane.StartAsync();

        plane.Endpoint.ManagementPort.ShouldBeNull();
        using var handler = new HttpClientHandler { ServerCertificateCustomValidationCallback = HttpClientHandler.DangerousAcceptAnyServerCertificateValidator };
        using var http = new HttpClient(handler);
        using HttpResponseMessage answer = await http.GetAsync(new Uri(plane.Endpoint.Address, "/metrics"));
        answer.StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task The_management_port_has_no_other_paths_and_takes_no_body()
    {
        await using TestPlane plane = await TestPlane.StartAsync(options: o => o with { ManagementPort = 0 });
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{plane.Endpoint.ManagementPort}") };

        (await http.GetAsync(new Uri("/readyz", UriKind.Relative))).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await http.GetAsync(new Uri("/", UriKind.Relative))).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await http.PostAsync(new Uri("/healthz", UriKind.Relative), null)).StatusCode.ShouldBe(HttpStatusCode.MethodNotAllowed);
    }

    [Fact]
    public async Task An_operator_shows_its_leadership_and_each_look()
    {
        await using TestPlane plane = await TestPlane.StartAsync();
        await using var other = await Onboarding.Operator.Hosting.OnboardingOperator.StartAsync(new Onboarding.Operator.Hosting.OperatorOptions
        {
            Kubeconfig = plane.KubeconfigPath,
            HealthPort = null,
            ManagementPort = 0,
            Instance = "second",
            LoggerFactory = plane.Log,
        });
        await other.Ready.WaitAsync(Eventually.Patience);
        (await Scrape.TakeAsync(other.ManagementPort!.Value)).Sum("onboarding_leader").ShouldBe(0);

        await plane.Lab.Operator.DisposeAsync();

        await Eventually.Is(async () => (await Scrape.TakeAsync(other.ManagementPort.Value)).Sum("onboarding_leader") == 1, "the second leads");
        await Eventually.Is(
            async () => (await Scrape.TakeAsync(other.ManagementPort.Value)).Sum("onboarding_reconcile_duration_seconds_count", "reconciler=\"LostAgents\"", "outcome=\"done\"") >= 1,
            "it looked for lost agents");
    }
}
