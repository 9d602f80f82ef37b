using Onboarding.Kubernetes;
using Onboarding.Laptop.Planes;
using Onboarding.Laptop.Processes;
using Onboarding.Quickstart.Demo;
using Onboarding.Quickstart.Processes;
using Spectre.Console;

namespace Onboarding.Quickstart;

/// <summary>The demonstration, from an empty directory to a workload that joined and left.</summary>
internal sealed class Story(QuickstartOptions options)
{
    private const int UsualPort = 15443;
    private const int UsualStatusPort = 15020;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);
    private readonly Narrator _narrator = new();
    private readonly TaskCompletionSource _sidecarReady = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Tells it.</summary>
    /// <returns>The exit code: 0 if the workload joined and, unless interrupted before, left.</returns>
    public async Task<int> TellAsync(CancellationToken interrupted)
    {
        try
        {
            await TellAllAsync(interrupted);
            return 0;
        }
        catch (OperationCanceledException) when (interrupted.IsCancellationRequested)
        {
            return 130;
        }
        catch (Exception exception) when (exception is DemoException or KubernetesException or IOException or TimeoutException)
        {
            _narrator.TellDetails();
            Console.Error.WriteLine($"The quickstart failed: {exception.Message}");
            return 1;
        }
    }

    private async Task TellAllAsync(CancellationToken interrupted)
    {
        using var workspace = new Workspace();
        DemoIssuer issuer = await DemoIssuer.CreateAsync(workspace, interrupted);
        _narrator.Tell("issuer", $"made a key; its tokens say iss={issuer.Url}");

        await using DemoPlane plane = await DemoPlane.StartAsync(
            workspace, FreePort.Near(UsualPort), line => _narrator.Remember("endpoint", line), interrupted);
        _narrator.Tell("endpoint", $"listens on {plane.Ready.Endpoint}, Kubernetes API on {plane.Ready.Api}");

        using var kubernetes = new KubernetesClient(
            KubernetesClientConfiguration.BuildConfigFromConfigFile(plane.Ready.Kubeconfig));
        var mesh = new DemoMesh(kubernetes);
        await mesh.ApplyGroupAsync(interrupted);
        await mesh.ApplyPolicyAsync(interrupted);
        await mesh.TrustAsync(issuer, interrupted);
        _narrator.Tell("kubectl", $"applied WorkloadGroup {DemoMesh.Namespace}/{DemoMesh.Group} and an OnboardingPolicy: role=ratings may join");

        int statusPort = FreePort.Near(UsualStatusPort);
        await DemoAgent.ConfigureAsync(workspace, plane.Ready, issuer, "vm-1", statusPort, interrupted);
        await using ChildProcess agent = DemoAgent.Start(workspace, ShowAgent);
        var member = new DemoMember(kubernetes, workspace);
        JoinedMember joined = await member.WaitUntilJoinedAsync(agent, Patience, interrupted);
        await _sidecarReady.Task.WaitAsync(Patience, interrupted);
        Show(joined);

        if (options.Keep)
        {
            LookAround.Print(plane.Ready, joined, workspace);
            await UntilInterrupted(interrupted);
        }

        _narrator.Tell("quickstart", "asks the agent to stop (SIGTERM)");
        int code = await agent.StopAsync(Patience);
        await member.WaitUntilGoneAsync(Patience);
        _narrator.Tell("kubectl", "no WorkloadEntry, no registration left");
        if (code != 0)
        {
            throw new DemoException($"The agent ended with exit code {code}.");
        }
    }

    private static async Task UntilInterrupted(CancellationToken interrupted)
    {
        var wait = new TaskCompletionSource();
        await using CancellationTokenRegistration registration = interrupted.Register(wait.SetResult);
        await wait.Task;
    }

    private void Show(JoinedMember joined)
    {
        Table table = new Table().HideHeaders().AddColumns("", "");
        table.AddRow("WorkloadEntry", Markup.Escape($"{joined.Namespace}/{joined.Name}"));
        table.AddRow("Address", Markup.Escape(joined.Address));
        table.AddRow("Labels", Markup.Escape(joined.Labels));
        table.AddRow("SPIFFE ID", Markup.Escape(joined.Sidecar.SpiffeId));
        table.AddRow("Certificate", Markup.Escape($"expires {joined.Sidecar.CertificateNotAfter:u}"));
        _narrator.Show(table);
    }

    private void ShowAgent(string line)
    {
        AgentLogLine log = AgentLogLine.Read(line);
        if (log.Event == "SidecarReady")
        {
            _sidecarReady.TrySetResult();
        }

        switch (log.Level)
        {
            case "info":
                _narrator.Tell("agent", log.Message);
                break;
            case "warn" or "error":
                _narrator.Warn("agent", log.Message);
                break;
            default:
                _narrator.Remember("agent", line);
                break;
        }
    }
}
