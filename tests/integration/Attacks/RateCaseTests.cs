using System.Net;
using System.Text.Json.Nodes;
using Grpc.Core;
using Grpc.Net.Client;
using Onboarding.Api;
using Onboarding.Testing;
using Onboarding.Tests.Integration.Endpoint;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Integration.Attacks;

/// <summary>Who guesses is held back by the address he really has, and no one else for it. Each on a plane of its own.</summary>
public sealed class RateCaseTests : IAsyncLifetime
{
    private static readonly IPAddress LoadBalancer = IPAddress.Parse("127.0.0.2");
    private TestPlane _plane = null!;

    public async ValueTask InitializeAsync() =>
        _plane = await TestPlane.StartAsync(options: o => o with { TrustedProxies = [IPNetwork.Parse("127.0.0.2/32")] });

    public ValueTask DisposeAsync() => _plane.DisposeAsync();

    [Fact]
    public async Task Case41_a_forwarding_header_does_not_hide_where_failures_come_from()
    {
        await GuessAsync(_plane.Channel, i => new Metadata { { "x-forwarded-for", $"198.51.100.{i % 250}" }, { "forwarded", $"for=198.51.100.{i % 250}" } });

        RpcException held = await RefusedAsync(_plane.Channel);

        TestAgent.ReasonOf(held, StatusCode.ResourceExhausted).Reason.ShouldBe(Reasons.RateLimited);
        Google.Rpc.Status status = Google.Rpc.Status.Parser.ParseFrom(held.Trailers.First(t => t.Key == "grpc-status-details-bin").ValueBytes);
        status.Details.ShouldContain(d => d.TypeUrl.EndsWith("google.rpc.RetryInfo", StringComparison.Ordinal), "and it is told how long to wait");
        // One record of the address and reason stands for all of them.
        JsonNode record = await AuditLines.FindAsync(_plane.AuditLog, $"\"reason\":\"{Reasons.RateLimited}\"");
        record["reason"]!.GetValue<string>().ShouldBe(Reasons.RateLimited);
        record["source"]!.GetValue<string>().ShouldBe("127.0.0.1");
        (await _plane.Client.ListAsync<Onboarding.Api.Runtime.WorkloadKeyBinding>(null)).Items.ShouldBeEmpty("nothing was created");
    }

    [Fact]
    public async Task Case41_a_trusted_load_balancer_tells_where_connections_come_from_and_only_the_guesser_is_held_back()
    {
        using GrpcChannel guesser = Through(LoadBalancer, ProxyHeaders.For(IPAddress.Parse("192.0.2.1"), 1000));
        using GrpcChannel other = Through(LoadBalancer, ProxyHeaders.For(IPAddress.Parse("192.0.2.2"), 1000));
        await GuessAsync(guesser, _ => []);

        TestAgent.ReasonOf(await RefusedAsync(guesser)).Reason.ShouldBe(Reasons.RateLimited);
        await _plane.Agent("host-nat", through: other).AuthorizeAsync();
        await Eventually.Is(
            async () => (await File.ReadAllTextAsync(Copy())).Contains("\"source\":\"192.0.2.1\"", StringComparison.Ordinal), "the audit record");
    }

    [Fact]
    public async Task Case41_a_machine_with_a_network_of_IPv6_addresses_is_one_guesser()
    {
        using GrpcChannel guesser = Through(LoadBalancer, ProxyHeaders.For(IPAddress.Parse("2001:db8::1"), 1000));
        using GrpcChannel itself = Through(LoadBalancer, ProxyHeaders.For(IPAddress.Parse("2001:db8::ffff:2"), 1000));
        using GrpcChannel neighbour = Through(LoadBalancer, ProxyHeaders.For(IPAddress.Parse("2001:db8:0:1::1"), 1000));
        await GuessAsync(guesser, _ => []);

        TestAgent.ReasonOf(await RefusedAsync(itself)).Reason.ShouldBe(Reasons.RateLimited);
        await _plane.Agent("host-v6", through: neighbour).AuthorizeAsync();
    }

    [Fact]
    public async Task Case41_nobody_but_a_trusted_load_balancer_can_say_where_he_comes_from()
    {
        using GrpcChannel spoofer = Through(IPAddress.Parse("127.0.0.3"), ProxyHeaders.For(IPAddress.Parse("192.0.2.9"), 1000));
        using GrpcChannel silent = Through(LoadBalancer, null);

        // To him the header is a broken TLS handshake; and a load balancer that forgets it is cut off instead of being taken for the source.
        (await Should.ThrowAsync<RpcException>(_plane.Agent(through: spoofer).GetPlaneAsync())).StatusCode.ShouldBe(StatusCode.Unavailable);
        (await Should.ThrowAsync<RpcException>(_plane.Agent(through: silent).GetPlaneAsync())).StatusCode.ShouldBe(StatusCode.Unavailable);
    }

    [Fact]
    public async Task Case41_a_thousand_machines_behind_one_address_join()
    {
        await Parallel.ForEachAsync(
            Enumerable.Range(0, 1_000), new ParallelOptions { MaxDegreeOfParallelism = 32 }, async (i, _) => await _plane.Agent($"vm-{i}").AdmitAsync());

        (await _plane.Client.ListAsync<Onboarding.Api.Runtime.WorkloadKeyBinding>("istio-system")).Items.Count.ShouldBe(1_000);
    }

    [Fact]
    public async Task Case41_a_machine_that_joins_all_the_time_is_held_back_alone()
    {
        TestAgent restless = _plane.Agent("restless");
        RpcException? held = null;
        for (int i = 0; i < 2_000 && held is null; i++)
        {
            try
            {
                await restless.AuthorizeAsync();
            }
            catch (RpcException e)
            {
                held = e;
            }
        }

        TestAgent.ReasonOf(held.ShouldNotBeNull(), StatusCode.ResourceExhausted).Reason.ShouldBe(Reasons.RateLimited);
        await _plane.Agent("another").AuthorizeAsync();
    }

    private GrpcChannel Through(IPAddress from, byte[]? header) =>
        ProxyHeaders.Channel(_plane.Endpoint.Address, _plane.CertificateAuthorityPath, from, header);

    /// <summary>What an address is told that is held back. Many ask at once: while one asks, the address may have earned a call again.</summary>
    private static async Task<RpcException> RefusedAsync(GrpcChannel through)
    {
        var client = new Onboarding.Api.Rpc.OnboardingAuthorizationService.OnboardingAuthorizationServiceClient(through);
        RpcException[] refusals = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Should.ThrowAsync<RpcException>(
            async () => await client.AuthorizeOnboardingAsync(new Onboarding.Api.Rpc.AuthorizeOnboardingRequest()))));
        return refusals.FirstOrDefault(e => e.StatusCode == StatusCode.ResourceExhausted) ?? refusals[0];
    }

    /// <summary>Guesses until it is held back; several at a time, as an address earns calls again while a slow machine answers.</summary>
    private static async Task GuessAsync(GrpcChannel through, Func<int, Metadata> headers)
    {
        var client = new Onboarding.Api.Rpc.OnboardingAuthorizationService.OnboardingAuthorizationServiceClient(through);
        bool isHeldBack = false;
        for (int round = 0; round < 100 && !isHeldBack; round++)
        {
            RpcException[] refusals = await Task.WhenAll(Enumerable.Range(round * 50, 50).Select(i => Should.ThrowAsync<RpcException>(
                async () => await client.AuthorizeOnboardingAsync(new Onboarding.Api.Rpc.AuthorizeOnboardingRequest(), headers(i)))));
            isHeldBack = refusals.Any(e => e.StatusCode == StatusCode.ResourceExhausted);
        }
    }

    private string Copy()
    {
        string copy = _plane.AuditLog + ".copy";
        File.Copy(_plane.AuditLog, copy, overwrite: true);
        return copy;
    }
}
