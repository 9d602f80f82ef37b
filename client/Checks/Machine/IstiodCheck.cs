using System.Net.Sockets;
using System.Text.RegularExpressions;
using Onboarding.Connections;

namespace Onboarding.Client.Checks.Machine;

/// <summary>The control plane that the boot configuration names can be reached. Before the first join no one knows where it is.</summary>
internal sealed partial class IstiodCheck : IOnboardingCheck
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public string Category => "Sidecar";

    public string Name => "istiod";

    public IReadOnlyList<string> DependsOn => [];

    public async Task<CheckOutcome> RunAsync(CheckContext context, CancellationToken cancellationToken)
    {
        string boot = Path.Combine(context.WorkloadDirectory, "boot", "current");
        if (!File.Exists(Path.Combine(boot, "mesh.yaml")))
        {
            return CheckOutcome.Skip("the plane tells where istiod is once the machine has joined");
        }

        Match address = DiscoveryAddress().Match(await File.ReadAllTextAsync(Path.Combine(boot, "mesh.yaml"), cancellationToken));
        if (!address.Success)
        {
            return CheckOutcome.Skip("mesh.yaml names no discoveryAddress");
        }

        string host = address.Groups["host"].Value;
        int port = int.Parse(address.Groups["port"].Value, System.Globalization.CultureInfo.InvariantCulture);
        string target = await AddressOfAsync(Path.Combine(boot, "hosts"), host, cancellationToken) ?? host;
        using var patience = new CancellationTokenSource(Patience, context.Time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            using Socket socket = await Dialer.ConnectAsync(target, port, both.Token);
            return CheckOutcome.Pass($"{host} at {EndPointText.Format(socket.RemoteEndPoint)}");
        }
        catch (Exception e) when (e is SocketException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return CheckOutcome.Fail(
                Errors.ErrorIds.SidecarFailed,
                $"istiod ({host}, {target}:{port}) can't be reached: {(e is SocketException ? e.Message : $"no answer within {Patience.TotalSeconds} s")}.",
                $"nc -vz {target} {port}; the mesh's east-west gateway must let this machine reach TCP port {port}");
        }
    }

    private static async Task<string?> AddressOfAsync(string hosts, string host, CancellationToken cancellationToken) => File.Exists(hosts)
        ? (await File.ReadAllLinesAsync(hosts, cancellationToken))
            .Select(line => line.Split('#')[0].Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries))
            .FirstOrDefault(fields => fields.Length > 1 && fields.Skip(1).Contains(host))?[0]
        : null;

    [GeneratedRegex("""discoveryAddress:\s*"?(?<host>[^\s":]+):(?<port>\d{1,5})""", RegexOptions.CultureInvariant)]
    private static partial Regex DiscoveryAddress();
}
