using System.Collections.Concurrent;
using Grpc.Core;
using Onboarding.Api.Configuration;
using Onboarding.Client.Errors;
using Onboarding.Client.Local;
using Onboarding.Client.State;
using Onboarding.Documents;
using Onboarding.Fleet.Errors;
using Onboarding.Testing;
using Onboarding.Tests.Integration.ClientTests;
using Onboarding.Tests.Integration.ControlTests;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Integration.EngineTests.LocalTests;

[Collection(nameof(ProcessSessionsCollection))]
public sealed class MachineJoinTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly TestLog _log = new();
    private readonly ConcurrentQueue<string> _warnings = new();
    private readonly ConcurrentQueue<string> _steps = new();

    public void Dispose()
    {
        _log.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public async Task Without_a_service_this_process_owns_the_session_and_says_so()
    {
        await using FakePlane plane = await FakePlane.StartAsync();
        plane.Boot = BootConfigurations.Make();
        JoinRequest request = Request(plane);
        MachineJoin join = await MachineJoin.PrepareAsync(request, CancellationToken.None);
        join.Target.ShouldBe($"bookinfo/ratings (plane https://localhost:{plane.Port})");
        join.Action.ShouldBeGolden();
        plane.Authorizations.ShouldBeEmpty("nothing may be asked before it is allowed");

        JoinedMachine joined = await RunAsync(join);
        joined.Status.Session.ShouldBe("Process");
        joined.Status.Phase.ShouldBe("Connected");
        joined.Status.Sidecar.Status.ShouldBe("Stopped", "nobody asked for it");
        _warnings.Single().ShouldBeGolden();
        _steps.ShouldContain(s => s.Contains("registered as ratings-jwt-demo--vm1"));

        await using LocalMachine machine = await LocalMachine.FindAsync(request.StateDirectory, "ratings", CancellationToken.None);
        (await machine.StartSidecarAsync(wait: true, CancellationToken.None)).IsReady.ShouldBeTrue();
        (await machine.GetStatusAsync(CancellationToken.None)).Phase.ShouldBe("Healthy");
        (await machine.RestartSidecarAsync(TimeSpan.FromSeconds(5), wait: true, CancellationToken.None)).Status.ShouldBe("Running");
        (await machine.StopSidecarAsync(null, CancellationToken.None)).Status.ShouldBe("Stopped");
        (await machine.UnregisterAsync("done", TimeSpan.Zero, _ => { }, CancellationToken.None)).Phase.ShouldBe("Out");
        plane.Unregistrations.Single().Reason.ShouldBe("done");
        StateDirectory.OwnerOf(request.StateDirectory!).ShouldBeNull("the directory is free again");
        (await Should.ThrowAsync<OnboardingException>(() => LocalMachine.FindAsync(request.StateDirectory, null, CancellationToken.None)))
            .ErrorId.ShouldBe("NotRegistered");
    }

    [Fact]
    public async Task A_refusal_leaves_nothing_behind_and_can_be_tried_again()
    {
        await using FakePlane plane = await FakePlane.StartAsync();
        plane.Boot = BootConfigurations.Make();
        plane.OnAuthorize = _ => throw FakePlane.Refusal(StatusCode.PermissionDenied, "NOT_AUTHORIZED", "no");
        JoinRequest request = Request(plane);
        OnboardingException refused = await Should.ThrowAsync<OnboardingException>(async () =>
            await RunAsync(await MachineJoin.PrepareAsync(request, CancellationToken.None)));
        Failure failure = FailureReader.Read(refused)!;
        failure.ErrorId.ShouldBe("PolicyDenied");
        failure.Kind.ShouldBe(FailureKind.Denied);
        failure.Message.ShouldBeGolden();
        failure.NextStep.ShouldBeGolden();
        StateDirectory.OwnerOf(request.StateDirectory!).ShouldBeNull();

        plane.OnAuthorize = _ => { };
        await RunAsync(await MachineJoin.PrepareAsync(request, CancellationToken.None));
        await LeaveAsync(request);
    }

    [Fact]
    public async Task Stopped_in_the_middle_the_join_is_taken_back()
    {
        await using FakePlane plane = await FakePlane.StartAsync();
        using var stop = new CancellationTokenSource();
        // No boot configuration ever comes: the join waits for it, registered and connected.
        JoinRequest request = Request(plane);
        MachineJoin join = await MachineJoin.PrepareAsync(request, CancellationToken.None);
        Task<JoinedMachine> running = RunAsync(join, stop.Token);
        await plane.NextSessionAsync();
        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => running);
        plane.Unregistrations.Count.ShouldBe(1);
        Directory.GetFileSystemEntries(Path.Combine(request.StateDirectory!, "workloads", "bookinfo.ratings"))
            .Select(Path.GetFileName).ShouldBe(["boot"]);
        StateDirectory.OwnerOf(request.StateDirectory!).ShouldBeNull();
    }

    [Fact]
    public async Task Joined_already_it_says_how_it_is_and_with_force_joins_anew()
    {
        await using FakePlane plane = await FakePlane.StartAsync();
        plane.Boot = BootConfigurations.Make();
        JoinRequest request = Request(plane);
        await RunAsync(await MachineJoin.PrepareAsync(request, CancellationToken.None));
        (await RunAsync(await MachineJoin.PrepareAsync(request, CancellationToken.None))).Status.Phase.ShouldBe("Connected");
        plane.Authorizations.Count.ShouldBe(1);
        await RunAsync(await MachineJoin.PrepareAsync(request with { Force = true, StartSidecar = true }, CancellationToken.None));
        plane.Authorizations.Count.ShouldBe(2);
        plane.Unregistrations.Count.ShouldBe(1);
        await LeaveAsync(request);
    }

    [Fact]
    public async Task An_agent_that_runs_is_handed_over_to_and_keeps_the_session()
    {
        await using FakePlane plane = await FakePlane.StartAsync();
        plane.Boot = BootConfigurations.Make();
        await using ControlledAgent agent = await ControlledAgent.StartAsync(_directory, plane, _log);
        JoinRequest request = Request(plane);
        MachineJoin join = await MachineJoin.PrepareAsync(request, CancellationToken.None);
        join.Action.ShouldBeGolden();
        (await RunAsync(join)).Status.Session.ShouldBe("Service");
        _warnings.ShouldBeEmpty();
        (await Should.ThrowAsync<OnboardingException>(async () =>
            await RunAsync(await MachineJoin.PrepareAsync(request with { Session = "Process" }, CancellationToken.None)))).ErrorId.ShouldBe("StateDirectoryInUse");
    }

    [Fact]
    public async Task Several_sessions_are_told_apart_by_name_or_directory()
    {
        await using FakePlane plane = await FakePlane.StartAsync();
        plane.Boot = BootConfigurations.Make();
        JoinRequest first = Request(plane);
        JoinRequest second = first with { StateDirectory = _directory["state2"] };
        await Task.WhenAll(
            RunAsync(await MachineJoin.PrepareAsync(first, CancellationToken.None)),
            RunAsync(await MachineJoin.PrepareAsync(second, CancellationToken.None)));
        OnboardingException which = await Should.ThrowAsync<OnboardingException>(() => LocalMachine.FindAsync(null, null, CancellationToken.None));
        which.ErrorId.ShouldBe("SessionAmbiguous");
        (await Should.ThrowAsync<OnboardingException>(() => LocalMachine.FindAsync(null, "other", CancellationToken.None))).ErrorId.ShouldBe("SessionNotFound");
        (await LocalMachine.FindAllAsync(null, null, CancellationToken.None)).Count.ShouldBe(2);
        await LeaveAsync(first);
        (await LocalMachine.FindAsync(null, null, CancellationToken.None)).Owner.ShouldContain("state2");
        await LeaveAsync(second);
    }

    [Theory]
    [InlineData("plane.example", "plane.example", 15443)]
    [InlineData("plane.example:9", "plane.example", 9)]
    [InlineData("https://plane.example", "plane.example", 15443)]
    [InlineData("https://plane.example:443", "plane.example", 443)]
    [InlineData("https://plane.example:443/", "plane.example", 443)]
    [InlineData("HTTPS://plane.example", "plane.example", 15443)]
    [InlineData("https://10.0.0.1:15443/", "10.0.0.1", 15443)]
    [InlineData("[::1]", "::1", 15443)]
    [InlineData("https://[fe80::443]:443", "fe80::443", 443)]
    public void An_endpoint_is_taken_as_people_write_it(string endpoint, string host, int port)
    {
        OnboardingEndpoint made = JoinConfiguration.Read(
            new JoinRequest { Endpoint = endpoint, Namespace = "a", WorkloadGroup = "b" }).Onboarding.OnboardingEndpoint;
        (made.Host, made.Port).ShouldBe((host, port));
    }

    [Theory]
    [InlineData("http://plane.example")]
    [InlineData("https://plane.example/path")]
    [InlineData("https://")]
    [InlineData("user@plane.example")]
    [InlineData("plane.example:")]
    [InlineData("plane.example:99999")]
    [InlineData("plane.example?x")]
    [InlineData("::1")]
    public void What_is_no_endpoint_is_refused(string endpoint) => Should
        .Throw<OnboardingException>(() => JoinConfiguration.Read(new JoinRequest { Endpoint = endpoint, Namespace = "a", WorkloadGroup = "b" }))
        .ErrorId.ShouldBe("ConfigurationInvalid");

    [Fact]
    public void Parameters_obey_the_rules_of_the_file()
    {
        var request = new JoinRequest
        {
            Endpoint = "plane.example",
            Namespace = "a",
            WorkloadGroup = "b",
            ServerName = "sni.example",
            CertificateAuthorityPath = "/ca.pem",
            CredentialPlugin = "/usr/bin/plugin",
            ConnectedOver = "Internet",
            Labels = new Dictionary<string, string> { ["version"] = "v1" },
        };
        JoinConfiguration made = JoinConfiguration.Read(request);
        made.Onboarding.OnboardingEndpoint.TransportSecurity!.Tls!.Sni.ShouldBe("sni.example");
        made.Onboarding.OnboardingEndpoint.TransportSecurity.Tls.CaFile.ShouldBe("/ca.pem");
        made.Onboarding.Workload!.Labels["version"].ShouldBe("v1");
        made.Onboarding.Settings!.ConnectedOver.ShouldBe(Onboarding.Api.Registration.AddressType.Internet);
        made.Agent.Host.Custom!.Credential.Single().Plugin!.Path.ShouldBe("/usr/bin/plugin");
        Should.Throw<OnboardingException>(() => JoinConfiguration.Read(request with { Labels = new Dictionary<string, string> { ["not a label!"] = "" } }))
            .Message.ShouldContain("labels");
    }

    [Fact]
    public void A_join_token_is_a_source_of_its_own_and_a_secret_shows_nowhere()
    {
        var request = new JoinRequest { Endpoint = "plane.example", Namespace = "a", WorkloadGroup = "b", StateDirectory = "/state" };
        JoinConfiguration.Read(request with { TokenPath = "/token" }).Agent.Host.Custom!.Credential.Single().JoinToken!.File.ShouldBe("/token");
        JoinRequest secret = request with { Token = new JoinSecret("hidden") };
        JoinConfiguration.Read(secret).Agent.Host.Custom!.Credential.Single().JoinToken!.File.ShouldBe("/state/join-token");
        secret.ToString().ShouldNotContain("hidden");
    }

    [Fact]
    public async Task A_token_from_a_vault_is_kept_for_renewals_and_goes_with_a_join_that_failed()
    {
        await using FakePlane plane = await FakePlane.StartAsync();
        plane.OnAuthorize = _ => throw FakePlane.Refusal(StatusCode.Unauthenticated, "CREDENTIAL_SIGNATURE", "no such token");
        var request = new JoinRequest
        {
            Endpoint = $"localhost:{plane.Port}",
            Namespace = "bookinfo",
            WorkloadGroup = "ratings",
            CertificateAuthorityPath = _directory["ca.pem"],
            StateDirectory = _directory["state"],
            Token = new JoinSecret("hidden-token"),
        };
        File.WriteAllText(_directory["ca.pem"], plane.Certificates.AuthorityPem);
        await Should.ThrowAsync<OnboardingException>(async () => await RunAsync(await MachineJoin.PrepareAsync(request, CancellationToken.None)));
        File.Exists(_directory["state/join-token"]).ShouldBeFalse();
        _steps.ShouldAllBe(s => !s.Contains("hidden-token"));
    }

    [Fact]
    public void Files_that_are_wrong_are_told_with_every_problem()
    {
        File.WriteAllText(_directory["onboarding.yaml"], "apiVersion: config.agent.onboarding.tetrate.io/v1alpha1\nkind: OnboardingConfiguration\nworkloadGroup: {name: a}\n");
        OnboardingException wrong = Should.Throw<OnboardingException>(() =>
            JoinConfiguration.Read(new JoinRequest { ConfigurationPath = _directory["onboarding.yaml"] }));
        wrong.ErrorId.ShouldBe("ConfigurationInvalid");
        wrong.Message.ShouldContain("onboardingEndpoint");
        wrong.Message.ShouldContain("workloadGroup.namespace");
        wrong.NextStep.ShouldContain("Test-OnboardingConfiguration");
        OnboardingException missing = Should.Throw<OnboardingException>(() =>
            JoinConfiguration.Read(new JoinRequest { ConfigurationPath = _directory["none"] }));
        missing.ErrorId.ShouldBe("ConfigurationMissing");
        missing.NextStep.ShouldBeGolden();
    }

    private JoinRequest Request(FakePlane plane)
    {
        var options = RunningAgent.Options(_directory, plane, _log);
        File.WriteAllText(_directory["onboarding.yaml"], ResourceWriter.ToYaml(options.Onboarding.ToJson()));
        File.WriteAllText(_directory["agent.yaml"], ResourceWriter.ToYaml(options.Agent.ToJson()));
        return new JoinRequest
        {
            ConfigurationPath = _directory["onboarding.yaml"],
            AgentConfigurationPath = _directory["agent.yaml"],
            StateDirectory = _directory["state"],
        };
    }

    private Task<JoinedMachine> RunAsync(MachineJoin join, CancellationToken cancellationToken = default) =>
        join.RunAsync(step => _steps.Enqueue(step.Message), _warnings.Enqueue, (_, _) => { }, cancellationToken);

    private static async Task LeaveAsync(JoinRequest request)
    {
        await using LocalMachine machine = await LocalMachine.FindAsync(request.StateDirectory, null, CancellationToken.None);
        await machine.UnregisterAsync(null, TimeSpan.Zero, _ => { }, CancellationToken.None);
    }
}
