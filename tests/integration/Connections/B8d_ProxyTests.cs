using Onboarding.Api.Configuration;
using Onboarding.Client.Channel;
using Onboarding.Client.Errors;
using Onboarding.Client.Keys;
using Onboarding.Client.State;
using Onboarding.Kubernetes;
using Onboarding.Kubernetes.Models;
using Onboarding.Testing;
using Onboarding.Tests.Integration.ClientTests;
using Onboarding.Tests.Integration.KubernetesTests;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Integration.Connections;

/// <summary>
/// <c>HTTPS_PROXY</c>. The variables are the process's, which other tests share: those connect to loopback, for which no proxy is asked.
/// </summary>
public sealed class B8d_ProxyTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly TestCertificates _certificates = new();

    public void Dispose()
    {
        Set(null);
        _certificates.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public async Task An_agent_reaches_its_plane_through_it_by_the_plane_s_name()
    {
        await using FakePlane plane = await FakePlane.StartAsync(certificates: _certificates);
        using var proxy = new ConnectProxy(plane.Port);
        Set(proxy.Url);
        (PlaneClient client, IDisposable parts) = Client("plane.example", 15443);
        using (parts)
        {
            (await client.GetPlaneAsync(CancellationToken.None)).Uid.ShouldBe(plane.Uid);
        }

        proxy.Asked.ShouldHaveSingleItem().ShouldStartWith("CONNECT plane.example:15443 HTTP/1.1\r\n");
    }

    [Fact]
    public async Task A_plane_on_this_machine_is_never_asked_for_by_it()
    {
        await using FakePlane plane = await FakePlane.StartAsync(certificates: _certificates);
        using var proxy = new ConnectProxy(plane.Port);
        Set(proxy.Url);
        (PlaneClient client, IDisposable parts) = Client("127.0.0.1", plane.Port);
        using (parts)
        {
            (await client.GetPlaneAsync(CancellationToken.None)).Uid.ShouldBe(plane.Uid);
        }

        proxy.Asked.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_proxy_that_refuses_is_named_with_what_to_do()
    {
        using var proxy = new ConnectProxy(0, "403 Forbidden");
        Set(proxy.Url);
        (PlaneClient client, IDisposable parts) = Client("plane.example", 15443);
        using IDisposable all = parts;

        OnboardingException failure = await Should.ThrowAsync<OnboardingException>(() => client.GetPlaneAsync(CancellationToken.None));

        failure.ErrorId.ShouldBe(ErrorIds.EndpointUnreachable);
        failure.Message.ShouldContain(proxy.Url);
        failure.Message.ShouldContain("403");
        failure.NextStep.ShouldContain($"curl -vk -x {proxy.Url} https://plane.example:15443");
    }

    [Fact]
    public async Task A_proxy_that_is_not_there_is_named()
    {
        int port = TestPorts.Next();
        Set($"http://127.0.0.1:{port}");
        (PlaneClient client, IDisposable parts) = Client("plane.example", 15443);
        using IDisposable all = parts;

        (await Should.ThrowAsync<OnboardingException>(() => client.GetPlaneAsync(CancellationToken.None))).Message
            .ShouldBeGolden();
    }

    [Fact]
    public async Task A_cluster_is_reached_through_it_with_its_credential()
    {
        await using FakeApiServer server = await FakeApiServer.StartAsync(_certificates.Server("cluster.example"), Answers.ConfigMap());
        using var proxy = new ConnectProxy(int.Parse(server.Port, System.Globalization.CultureInfo.InvariantCulture));
        Set(proxy.Url.Replace("http://", "http://user:pass@", StringComparison.Ordinal));
        using var client = new KubernetesClient(new KubernetesClientConfiguration
        {
            Host = "https://cluster.example:6443",
            CertificateAuthorities = [_certificates.Authority],
        });

        (await client.GetAsync<V1ConfigMap>("ns", "one")).Metadata.Name.ShouldBe("one");
        proxy.Asked.ShouldAllBe(head => head.StartsWith("CONNECT cluster.example:6443 ", StringComparison.Ordinal));
    }

    private static void Set(string? proxy) => Environment.SetEnvironmentVariable("HTTPS_PROXY", proxy);

    private (PlaneClient Client, IDisposable Parts) Client(string host, int port)
    {
        File.WriteAllText(_directory["ca.pem"], _certificates.AuthorityPem);
        File.WriteAllText(_directory["machine-id"], "0123456789abcdef0123456789abcdef\n");
        StateDirectory state = StateDirectory.Open(_directory["state"], "process");
        AgentKey key = new AgentKeyStore(state, _directory["machine-id"]).LoadOrCreate();
        OnboardingEndpoint endpoint = RunningAgent.Onboarding(_directory, port, host, sni: "localhost").OnboardingEndpoint;
        PlaneChannel channel = PlaneChannel.Open(endpoint, TimeProvider.System);
        return (new PlaneClient(channel, key, TimeProvider.System, "v1"), new All(channel, key, state));
    }

    private sealed class All(params IDisposable[] parts) : IDisposable
    {
        public void Dispose() => Array.ForEach(parts, part => part.Dispose());
    }
}
