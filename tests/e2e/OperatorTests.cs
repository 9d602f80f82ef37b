using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Text.Json.Nodes;
using Onboarding.Api.Install;
using Onboarding.Api.Policies;
using Onboarding.Api.Runtime;
using Onboarding.Client.Native;
using Onboarding.Kubernetes;
using Onboarding.Kubernetes.Models;
using Onboarding.Laptop.Processes;
using Onboarding.Quickstart.Demo;
using Onboarding.Quickstart.Processes;
using Onboarding.Testing;
using Onboarding.Tests.E2E.Infrastructure;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.E2E;

/// <summary>Endpoint and operator as the two programs they are in a cluster, each with its own service account.</summary>
public sealed class OperatorTests : IAsyncLifetime
{
    private const string LeaderLease = "onboarding-plane-leader";

    private readonly ConcurrentQueue<string> _log = new();
    private readonly List<ChildProcess> _operators = [];
    private RestrictedPlane _plane = null!;

    public async ValueTask InitializeAsync()
    {
        _plane = await RestrictedPlane.StartAsync();
        await _plane.ApplyRolesAsync();
        await _plane.Client.PatchAsync<OnboardingPlane>(
            OnboardingPlane.DefaultNamespace,
            OnboardingPlane.DefaultName,
            V1Patch.Merge(new JsonObject { ["spec"] = new JsonObject { ["gracePeriod"] = "1s" } }));
        await _plane.StartEndpointAsync();
        await _plane.Endpoint.Ready.WaitAsync(Eventually.Patience);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (ChildProcess program in _operators)
        {
            await program.DisposeAsync();
        }

        await _plane.DisposeAsync();
    }

    [Fact]
    public async Task An_endpoint_serves_without_an_operator_and_what_waited_is_done_once_there_is_one()
    {
        await _plane.StartAgentAsync();
        await _plane.WaitUntilJoinedAsync();
        await _plane.LoseMachineAsync();
        await Eventually.Is(async () => (await MembersAsync()).Single() is { IsConnected: false }, "the endpoint notices the loss");
        (await LeaderAsync()).ShouldBeNull("nobody leads");
        (await PolicyAsync()).Status.ShouldBeNull("nobody judges policies");

        await StartOperatorAsync("first");

        await Eventually.Is(async () => (await MembersAsync()).Count == 0, $"the lost member is removed\n{Log}");
        await Eventually.Is(async () => (await PolicyAsync()).Status?.Conditions.Any(c => c.Type == "Accepted") == true, $"the policy is judged\n{Log}");
        Log.ShouldNotContain("forbidden", Case.Insensitive);
    }

    [Fact]
    public async Task Of_two_operators_one_leads_and_the_other_takes_over_when_that_is_killed()
    {
        ChildProcess first = await StartOperatorAsync("first");
        await Eventually.Is(async () => (await LeaderAsync())?.StartsWith("first-", StringComparison.Ordinal) == true, $"the first leads\n{Log}");
        ChildProcess second = await StartOperatorAsync("second");
        (await LeaderAsync()).ShouldStartWith("first-");

        var watch = Stopwatch.StartNew();
        first.Signal(Signals.Kill);

        await Eventually.Is(async () => (await LeaderAsync())?.StartsWith("second-", StringComparison.Ordinal) == true, $"the second leads\n{Log}");
        TestContext.Current.TestOutputHelper?.WriteLine($"takeover after {watch.Elapsed.TotalSeconds:0.0} s");
        await _plane.StartAgentAsync();
        await _plane.WaitUntilJoinedAsync();
        await _plane.LoseMachineAsync();
        await Eventually.Is(async () => (await MembersAsync()).Count == 0, $"the second removes the lost member\n{Log}");

        second.Signal(Signals.Terminate);
        (await second.WaitForExitAsync(default)).ShouldBe(0, Log);
        (await LeaderAsync()).ShouldBeNullOrEmpty("it gave the leadership back");
    }

    [Theory]
    [InlineData(2, "[OptionInvalid] Next: onboarding-operator --help", "--health-port", "70000")]
    [InlineData(2, "Next: onboarding-operator --help", "--nothing")]
    [InlineData(1, "Name a kubeconfig with --kubeconfig", "--kubeconfig", "/nowhere/kubeconfig")]
    public async Task What_an_operator_cannot_start_with_is_named(int code, string message, params string[] arguments)
    {
        await using ChildProcess program = ChildProcess.Start("operator", BuiltPrograms.Operator, arguments, _log.Enqueue, _log.Enqueue);

        (await program.WaitForExitAsync(default)).ShouldBe(code, Log);

        Log.ShouldContain(message);
    }

    private string Log => string.Join('\n', _log);

    private async Task<ChildProcess> StartOperatorAsync(string instance)
    {
        int port = TestPorts.Next();
        string kubeconfig = await _plane.KubeconfigOfAsync(RestrictedPlane.OperatorAccount);
        ChildProcess program = ChildProcess.Start(
            instance,
            BuiltPrograms.Operator,
            [
                "--kubeconfig", kubeconfig, "--instance", instance,
                "--health-listen", "127.0.0.1", "--health-port", port.ToString(System.Globalization.CultureInfo.InvariantCulture),
            ],
            _log.Enqueue,
            _log.Enqueue);
        _operators.Add(program);
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
        await Eventually.Is(async () => await StatusAsync(http, "/readyz") == HttpStatusCode.OK, $"the operator is ready\n{Log}");
        (await StatusAsync(http, "/healthz")).ShouldBe(HttpStatusCode.OK);
        (await StatusAsync(http, "/metrics")).ShouldBe(HttpStatusCode.NotFound);
        return program;
    }

    private static async Task<HttpStatusCode?> StatusAsync(HttpClient http, string path)
    {
        try
        {
            using HttpResponseMessage answer = await http.GetAsync(path);
            return answer.StatusCode;
        }
        catch (HttpRequestException)
        {
            return null; // it doesn't listen yet
        }
    }

    private async Task<string?> LeaderAsync() =>
        (await _plane.Client.TryGetAsync<V1Lease>(OnboardingPlane.DefaultNamespace, LeaderLease))?.HolderIdentity;

    private async Task<IReadOnlyList<WorkloadAutoRegistration>> MembersAsync() =>
        (await _plane.Client.ListAsync<WorkloadAutoRegistration>(DemoMesh.Namespace)).Items;

    private async Task<OnboardingPolicy> PolicyAsync() =>
        (await _plane.Client.ListAsync<OnboardingPolicy>(DemoMesh.Namespace)).Items[0];
}
