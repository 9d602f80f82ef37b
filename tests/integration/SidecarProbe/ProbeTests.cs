using System.Globalization;
using System.Net;
using Onboarding.Embedded.Istio;
using Onboarding.SidecarProbe;
using Onboarding.Testing;
using Onboarding.Tests.Integration.Istiod;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Integration.SidecarProbe;

public sealed class ProbeTests : IAsyncLifetime
{
    private readonly TestTokens _tokens = new();
    private readonly TemporaryDirectory _directory = new();
    private IstiodServer _server = null!;
    private BootDirectory _boot = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await StartAsync(TestPorts.Next());
        _boot = new BootDirectory(_server, _tokens);
    }

    public async ValueTask DisposeAsync()
    {
        _boot.Dispose();
        await _server.DisposeAsync();
        _directory.Dispose();
    }

    [Fact]
    public async Task Passes_a_boot_configuration_that_works()
    {
        using ProbeRun run = Once();
        int exit = await run.Completion;

        run.Problems.ShouldBeEmpty();
        exit.ShouldBe(0);
        run.Of("certificate").Single()["spiffeId"]!.GetValue<string>().ShouldBe("spiffe://cluster.local/ns/bookinfo/sa/ratings");
        DateTimeOffset.Parse(run.Of("certificate").Single()["notAfter"]!.GetValue<string>(), CultureInfo.InvariantCulture)
            .ShouldBe(DateTimeOffset.UtcNow.AddHours(24), TimeSpan.FromMinutes(2));
        run.Of("discovery").Select(d => $"{d["protocol"]} {d["credential"]}")
            .ShouldBe(["stateOfTheWorld token", "delta token", "stateOfTheWorld certificate"]);
    }

    [Fact]
    public async Task Passes_with_an_ecdsa_key_too()
    {
        _boot.Set("ECC_SIGNATURE_ALGORITHM", "ECDSA");
        using ProbeRun run = Once();
        (await run.Completion).ShouldBe(0);
    }

    [Fact]
    public async Task Is_ready_drains_when_stopped_and_exits_with_zero()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        using var run = new ProbeRun(new ProbeOptions { BootDirectory = _boot.Path, StatusPort = 0, Drain = TimeSpan.FromHours(1), TimeProvider = time });
        int port = await ReadyAsync(run);
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
        (await http.GetAsync("/healthz/ready")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await http.GetAsync("/other")).StatusCode.ShouldBe(HttpStatusCode.NotFound);

        run.Stop();
        await Eventually.Is(() => run.Of("draining").Any(), "the probe drains");
        (await http.GetAsync("/healthz/ready")).StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        await Eventually.Is(
            () =>
            {
                time.Advance(TimeSpan.FromHours(1));
                return run.Completion.IsCompleted;
            },
            "the probe has drained");
        (await run.Completion).ShouldBe(0);
        run.Events[^1]["event"]!.GetValue<string>().ShouldBe("stopped");
    }

    [Fact]
    public async Task Stays_ready_and_comes_back_when_istiod_restarts_and_the_token_is_gone()
    {
        using var run = new ProbeRun(new ProbeOptions { BootDirectory = _boot.Path, StatusPort = 0, Drain = TimeSpan.Zero });
        int port = await ReadyAsync(run);
        File.Delete(_boot.PathOf("istio-token"));
        int istiod = _server.Address.Port;
        await _server.DisposeAsync();
        await Eventually.Is(() => run.Of("disconnected").Any(), "the probe notices");
        using var http = new HttpClient();
        (await http.GetAsync($"http://127.0.0.1:{port}/healthz/ready")).StatusCode.ShouldBe(HttpStatusCode.OK);

        _server = await StartAsync(istiod);
        await Eventually.Is(
            () => run.Of("discovery").Count(d => $"{d["protocol"]} {d["credential"]}" == "delta certificate") >= 2, "it reconnects");
        run.Stop();
        (await run.Completion).ShouldBe(0);
    }

    [Fact]
    public async Task Renews_its_certificate_half_way_through_its_life()
    {
        // Certificates start two minutes before now, so that one of 200 s is past half its life at once.
        using var run = new ProbeRun(new ProbeOptions
        {
            BootDirectory = _boot.Path,
            StatusPort = 0,
            Drain = TimeSpan.Zero,
            CertificateLifetime = TimeSpan.FromSeconds(200),
        });
        await Eventually.Is(() => run.Of("certificate").Count() >= 2, "a second certificate");
        run.Stop();
        (await run.Completion).ShouldBe(0);
    }

    public static TheoryData<string> Tokens => ["genuine", "unknown", "cluster"];

    [Theory]
    [MemberData(nameof(Tokens))]
    public async Task Names_what_istiod_refuses(string case_)
    {
        if (case_ == "unknown")
        {
            _boot["istio-token"] = _tokens.Issue(genuine: false);
        }
        else if (case_ == "cluster")
        {
            _boot.Set("ISTIO_META_CLUSTER_ID", "other");
        }

        using ProbeRun run = Once();
        int exit = await run.Completion;

        exit.ShouldBe(case_ == "genuine" ? 0 : 1);
        run.Problems.ShouldBe(case_ switch
        {
            "unknown" => ["istio-token: istio-token"],
            "cluster" => ["cluster.env: ISTIO_META_CLUSTER_ID"],
            _ => [],
        });
    }

    [Fact]
    public async Task Names_a_root_certificate_of_another_mesh()
    {
        using var other = new TestCertificates();
        _boot["root-cert.pem"] = other.AuthorityPem;
        using ProbeRun run = Once();
        (await run.Completion).ShouldBe(1);
        run.Problems.ShouldBe(["root-cert.pem: root-cert.pem"]);
    }

    [Fact]
    public async Task Names_an_address_whose_server_is_not_istiod()
    {
        _boot["hosts"] = _boot["hosts"].Replace("istiod.istio-system.svc", "istiod.istio-system.svc istiod.other.svc", StringComparison.Ordinal);
        _boot.Set("CA_ADDR", string.Create(CultureInfo.InvariantCulture, $"istiod.other.svc:{_server.Address.Port}"));
        using ProbeRun run = Once();
        (await run.Completion).ShouldBe(1);
        run.Problems.ShouldBe(["cluster.env: CA_ADDR"]);
    }

    [Fact]
    public async Task Names_the_trust_domain_istiod_doesnt_have()
    {
        _boot.Set("TRUST_DOMAIN", "other.example");
        using ProbeRun run = Once();
        (await run.Completion).ShouldBe(1);
        run.Problems.ShouldBe(["cluster.env: TRUST_DOMAIN"]);
    }

    [Fact]
    public async Task Names_the_host_that_cant_be_reached()
    {
        await _server.DisposeAsync();
        using ProbeRun run = Once();
        (await run.Completion).ShouldBe(1);
        run.Problems.ShouldBe(["hosts: istiod.istio-system.svc"]);
        _server = await StartAsync(0);
    }

    [Fact]
    public async Task Never_prints_the_token()
    {
        string token = _tokens.Issue(audience: "other");
        _boot["istio-token"] = token;
        using ProbeRun run = Once();
        (await run.Completion).ShouldBe(1);
        string.Concat(run.Events.Select(e => e.ToJsonString())).ShouldNotContain(token);
    }

    private static async Task<int> ReadyAsync(ProbeRun run)
    {
        await Eventually.Is(() => run.Completion.IsCompleted || run.Of("ready").Any(), "the probe is ready");
        run.Problems.ShouldBeEmpty();
        return run.Of("ready").Single()["statusPort"]!.GetValue<int>();
    }

    private ProbeRun Once() => new(new ProbeOptions { BootDirectory = _boot.Path, Once = true });

    private Task<IstiodServer> StartAsync(int port) => IstiodServer.StartAsync(new IstiodOptions
    {
        DataDirectory = _directory.Path,
        TokenReviewer = _tokens.ReviewAsync,
        Port = port,
    });
}
