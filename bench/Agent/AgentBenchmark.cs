using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Onboarding.Kubernetes;
using Onboarding.Quickstart.Demo;
using Onboarding.Quickstart.Processes;
using Onboarding.Testing;

namespace Onboarding.Bench.Agent;

/// <summary>
/// What the agent costs a machine that is another's: disk, memory while it is joined and idle, and how long a machine that
/// boots waits for its first call. Of the agent as it ships, with a sidecar of its own and a real plane.
/// </summary>
internal static class AgentBenchmark
{
    private const double DiskToHold = 18;
    private const double ResidentToHold = 32;
    private const double DiskInUseToHold = 22;
    private const double ResidentInUseToHold = 36;
    private const double AnonymousToHold = 10;
    private const double StartToHold = 180;

    public static async Task<int> RunAsync(AgentBenchmarkOptions options)
    {
        using var directory = new TemporaryDirectory();
        PublishedAgent agent = options.Program is { } program ? PublishedAgent.Measure(program) : await PublishedAgent.MakeAsync(directory["agent"]);
        using var workspace = new Workspace();
        await using DemoPlane plane = await StartPlaneAsync(workspace);
        double[] starts = new double[options.Starts];
        double[] processor = new double[options.Starts];
        for (int i = 0; i < starts.Length; i++)
        {
            await using AgentProcess started = AgentProcess.Start(agent.Program, workspace);
            starts[i] = (await started.WaitForAsync("PlaneFound")).TotalMilliseconds;
            processor[i] = started.Processor.TotalMilliseconds;
        }

        Array.Sort(starts);
        Array.Sort(processor);
        await using AgentProcess joined = AgentProcess.Start(agent.Program, workspace);
        await joined.WaitForAsync("SidecarReady");
        await Task.Delay(TimeSpan.FromSeconds(options.IdleSeconds));
        var idle = ProcessMemory.Read(joined.Id);
        await AskAsync(agent.Program, workspace);
        var asked = ProcessMemory.Read(joined.Id);
        await joined.LeaveAsync();
        ProcessMemory workloadApi = await ServingAsync(agent.Program, workspace, options, workloadApi: true, sds: false);
        ProcessMemory sds = await ServingAsync(agent.Program, workspace, options, workloadApi: false, sds: true);
        ProcessMemory both = await ServingAsync(agent.Program, workspace, options, workloadApi: true, sds: true);
        int code = Report(agent, starts, processor[processor.Length / 2], idle, asked);
        code |= ReportServing(agent, idle, workloadApi, sds, both);
        Console.WriteLine(await OtherAgent.MeasureAsync(options.Beside, TimeSpan.FromSeconds(options.IdleSeconds)));
        return code;
    }

    /// <summary>An agent that serves the machine's identity to this process, which follows it.</summary>
    private static async Task<ProcessMemory> ServingAsync(string program, Workspace workspace, AgentBenchmarkOptions options, bool workloadApi, bool sds)
    {
        string before = await File.ReadAllTextAsync(workspace.AgentConfiguration);
        string socket = Path.Combine(workspace.Root, "identity.sock");
        await File.AppendAllTextAsync(
            workspace.AgentConfiguration,
            $"meshIdentity:\n  workloadApi: {(workloadApi ? "true" : "false")}\n  sds: {(sds ? "true" : "false")}\n  socket: unix://{socket}\n  callers:\n  - uid: {LibCUser()}\n");
        try
        {
            await using AgentProcess serving = AgentProcess.Start(program, workspace);
            await serving.WaitForAsync("MeshIdentityIssued");
            using var user = new IdentityUser(socket);
            await (workloadApi ? user.FetchSvidAsync() : Task.CompletedTask);
            await (sds ? user.FetchSecretsAsync() : Task.CompletedTask);
            Task reading = serving.DrainAsync();
            await Task.Delay(TimeSpan.FromSeconds(options.IdleSeconds));
            var memory = ProcessMemory.Read(serving.Id);
            await serving.TerminateAsync();
            await reading;
            return memory;
        }
        finally
        {
            await File.WriteAllTextAsync(workspace.AgentConfiguration, before);
        }
    }

    private static string LibCUser() => File.ReadLines("/proc/self/status").First(l => l.StartsWith("Uid:", StringComparison.Ordinal)).Split('\t')[2];

    private static int ReportServing(PublishedAgent agent, ProcessMemory idle, ProcessMemory workloadApi, ProcessMemory sds, ProcessMemory both)
    {
        Write($"serving the Workload API     {workloadApi}   ({workloadApi.Resident - idle.Resident:+0.0;-0.0} MB)");
        Write($"serving SDS                  {sds}   ({sds.Resident - idle.Resident:+0.0;-0.0} MB)");
        Write($"serving both                 {both}   ({both.Resident - idle.Resident:+0.0;-0.0} MB)   (to hold: ≤ {ResidentInUseToHold:0}, ≤ {AnonymousToHold:0}; on disk ≤ {DiskInUseToHold:0})");
        Write($"RssAnon, idle                {idle.Parts}");
        Write($"RssAnon, serving both        {both.Parts}");
        return agent.Bytes / 1e6 <= DiskInUseToHold && both.Resident <= ResidentInUseToHold && both.Anonymous <= AnonymousToHold ? 0 : 1;
    }

    private static async Task<DemoPlane> StartPlaneAsync(Workspace workspace)
    {
        DemoIssuer issuer = await DemoIssuer.CreateAsync(workspace, CancellationToken.None);
        DemoPlane plane = await DemoPlane.StartAsync(workspace, 0, _ => { }, CancellationToken.None);
        using var kubernetes = new KubernetesClient(KubernetesClientConfiguration.BuildConfigFromConfigFile(plane.Ready.Kubeconfig));
        var mesh = new DemoMesh(kubernetes);
        await mesh.ApplyGroupAsync(CancellationToken.None);
        await mesh.ApplyPolicyAsync(CancellationToken.None);
        await mesh.TrustAsync(issuer, CancellationToken.None);
        await DemoAgent.ConfigureAsync(workspace, plane.Ready, issuer, "vm-1", FreePort(), CancellationToken.None);
        return plane;
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static async Task AskAsync(string program, Workspace workspace)
    {
        var start = new ProcessStartInfo(program)
        {
            RedirectStandardOutput = true,
            ArgumentList = { "status", "--state-directory", workspace.AgentState },
        };
        using Process status = Process.Start(start)!;
        await status.StandardOutput.ReadToEndAsync();
        await status.WaitForExitAsync();
        if (status.ExitCode != 0)
        {
            throw new InvalidOperationException("The agent doesn't answer on its control socket; the reason is above.");
        }
    }

    private static int Report(PublishedAgent agent, double[] starts, double processor, ProcessMemory idle, ProcessMemory asked)
    {
        double disk = agent.Bytes / 1e6;
        double median = starts[starts.Length / 2];
        Write($"on disk                      {disk,6:0.0} MB   (to hold: ≤ {DiskToHold:0})");
        Write($"exec to first call answered  {median,6:0} ms   median of {starts.Length}, {starts[0]:0} to {starts[^1]:0}; {processor:0} ms of them computing   (to hold: ≤ {StartToHold:0}, on an idle machine)");
        Write($"joined and idle              {idle}   (to hold: ≤ {ResidentToHold:0}, ≤ {AnonymousToHold:0})");
        Write($"once asked for its status    {asked}");
        bool holds = disk <= DiskToHold && median <= StartToHold && idle.Resident <= ResidentToHold && idle.Anonymous <= AnonymousToHold;
        return holds ? 0 : 1;
    }

    private static void Write(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
