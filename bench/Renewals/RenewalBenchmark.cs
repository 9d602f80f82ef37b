using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Google.Protobuf.WellKnownTypes;
using Onboarding.Api.Configuration;
using Onboarding.Api.Rpc;
using Onboarding.Bench.Agent;
using Onboarding.Embedded.Istio;
using Onboarding.Quickstart.Processes;
using Onboarding.Tests.Integration.ClientTests;
using Rpc = Onboarding.Api.Rpc;

namespace Onboarding.Bench.Renewals;

/// <summary>
/// Whether an agent that has run for months is the one that was started: the agent as it ships, with a plane whose tokens are renewed many
/// times a second, sessions that end, and an authority whose certificates live for two seconds.
/// </summary>
internal static class RenewalBenchmark
{
    private const double GrowthToHold = 1.05;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(20);

    // An attempt or a renewal that failed: its token would have run out.
    private static readonly string[] Misses = ["RenewalFailed", "AttemptFailed", "Refused", "RegistrationGone", "MeshIdentityFailed", "BootConfigurationFailed", "IstioTokenExpiring"];

    public static async Task<int> RunAsync(RenewalBenchmarkOptions options)
    {
        using var workspace = new Workspace();
        PublishedAgent program = options.Program is { } path
            ? PublishedAgent.Measure(path)
            : await PublishedAgent.MakeAsync(Path.Combine(workspace.Root, "program"));
        await using IstiodServer istiod = await IstiodServer.StartAsync(new IstiodOptions
        {
            DataDirectory = Path.Combine(workspace.Root, "istiod"),
            Port = 0,
            TokenReviewer = (_, _, _) => Task.FromResult(new TokenReviewOutcome(
                true, "system:serviceaccount:bookinfo:ratings", ["system:serviceaccounts", "system:authenticated"], "")),
        });
        await using FakePlane plane = await FakePlane.StartAsync();
        // The margin that a token must have left for a new session is 5 s: none has it, and each session begins with another decision.
        plane.TokenLife = TimeSpan.FromMilliseconds(15);
        plane.Boot = Boot(istiod);
        Configure(workspace, plane);

        await using AgentProcess agent = AgentProcess.Start(program.Program, workspace);
        var events = new Dictionary<string, int>();
        Task reading = agent.ReadAsync(name => events[name] = events.GetValueOrDefault(name) + 1);
        long began = Stopwatch.GetTimestamp();
        int between = options.Renewals / options.Reconnects;
        ProcessMemory? early = null;
        int istioTokens = 0;
        for (int session = 0; session < options.Reconnects; session++)
        {
            FakeSession current = await plane.NextSessionAsync();
            for (int i = 0; i < between; i++)
            {
                istioTokens++;
                current.Send(new PlaneMessage
                {
                    IstioToken = new IstioToken { Token = $"istio-token-{istioTokens}", ExpiresAt = Testing.BootConfigurations.TokenExpiry.ToTimestamp() },
                });
            }

            int upTo = (session + 1) * between;
            while (plane.Authorizations.Count < upTo && Stopwatch.GetElapsedTime(began) < Patience)
            {
                await Task.Delay(2);
            }

            if (session + 1 == options.Reconnects / 10)
            {
                early = ProcessMemory.Read(agent.Id);
            }

            if (session + 1 < options.Reconnects)
            {
                current.Send(new PlaneMessage { Relocate = new Relocate { Within = TimeSpan.Zero.ToDuration() } });
            }
        }

        var late = ProcessMemory.Read(agent.Id);
        TimeSpan took = Stopwatch.GetElapsedTime(began);
        await agent.TerminateAsync();
        await reading;
        return Report(options, plane, events, istioTokens, early!, late, took);
    }

    private static int Report(
        RenewalBenchmarkOptions options, FakePlane plane, Dictionary<string, int> events, int istioTokens, ProcessMemory early, ProcessMemory late, TimeSpan took)
    {
        string[] missed = [.. Misses.Where(events.ContainsKey).Select(name => $"{name} {events[name]}")];
        double growth = late.Resident / early.Resident;
        Write($"onboarding tokens            {plane.Authorizations.Count}, in {took.TotalSeconds:0} s");
        Write($"istio-tokens                 {istioTokens}, of which {events.GetValueOrDefault("IstioTokenRenewed")} were written");
        Write($"certificates of the machine  {events.GetValueOrDefault("MeshIdentityIssued")}");
        Write($"sessions                     {events.GetValueOrDefault("Connected")}, complaints of the plane: {plane.Complaints.Count}");
        Write($"missed                       {(missed.Length == 0 ? "none" : string.Join(", ", missed))}");
        Write($"after the first tenth        {early}");
        Write($"at the end                   {late}   {growth:0.000} times that   (to hold: ≤ {GrowthToHold})");
        bool isAll = plane.Authorizations.Count >= options.Renewals / options.Reconnects * options.Reconnects
            && events.GetValueOrDefault("IstioTokenRenewed") == istioTokens && events.GetValueOrDefault("Connected") >= options.Reconnects;
        return isAll && missed.Length == 0 && growth <= GrowthToHold ? 0 : 1;
    }

    private static Rpc.BootConfiguration Boot(IstiodServer istiod)
    {
        Rpc.BootConfiguration boot = Testing.BootConfigurations.Make();
        string name = "istiod.istio-system.svc";
        boot.ClusterEnv = string.Create(
            CultureInfo.InvariantCulture, $"CA_ADDR='{name}:{istiod.Address.Port}'\nISTIO_META_CLUSTER_ID='Kubernetes'\nSECRET_TTL='2s'\n");
        boot.RootCertPem = istiod.RootCertificatePem;
        boot.Hosts = $"{istiod.Address.Address} {name}\n";
        boot.SpiffeId = "spiffe://cluster.local/ns/bookinfo/sa/ratings";
        return boot;
    }

    private static void Configure(Workspace workspace, FakePlane plane)
    {
        string authority = Path.Combine(workspace.Root, "ca.pem");
        File.WriteAllText(authority, plane.Certificates.AuthorityPem);
        string plugin = Path.Combine(workspace.Root, "plugin.sh");
        // Shell builtins alone: what it costs to start one is not what is measured.
        File.WriteAllText(plugin, """
            #!/bin/sh
            echo '{"credential":{"@type":"type.googleapis.com/onboarding.v1alpha1.JwtCredential","token":"e30.e30.c2ln"},"expiresAt":"2030-01-01T00:00:00Z"}'

            """);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(plugin, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }

        var onboarding = new OnboardingConfiguration
        {
            OnboardingEndpoint = new OnboardingEndpoint
            {
                Host = "localhost",
                Port = plane.Port,
                TransportSecurity = new ClientTransportSecurity { Tls = new ClientTlsSettings { CaFile = authority } },
            },
            WorkloadGroup = new("bookinfo", "ratings"),
        };
        var agent = new AgentConfiguration
        {
            Host = new HostEnvironment
            {
                Custom = new CustomHost
                {
                    Credential = [new CredentialSource { Plugin = new PluginConfiguration { Name = "demo", Path = plugin } }],
                    Hostinfo = new HostInfoSource { Basic = new BasicHostInfo { NetworkInterfaces = new NetworkInterfaceFilter { Include = ["^lo"] } } },
                },
            },
            Sidecar = new SidecarConfiguration { Command = new SidecarCommand { Path = "/bin/sleep", Args = ["infinity"] } },
            MeshIdentity = new MeshIdentitySettings { WorkloadApi = true, Socket = $"unix://{workspace.Root}/identity.sock" },
        };
        File.WriteAllText(workspace.OnboardingConfiguration, Write(onboarding.ToJson()));
        File.WriteAllText(workspace.AgentConfiguration, Write(agent.ToJson()));
    }

    private static string Write(JsonObject json) => json.ToJsonString();

    private static void Write(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
