using System.Net;
using Onboarding.Tests.IstioPackage.Redirection;

namespace Onboarding.Tests.IstioPackage.Envoy;

/// <summary>
/// Envoy's part: admin, health and statistics from the start; listeners, which the rules redirect to, once pilot-agent hands over istiod's.
/// </summary>
internal static class EnvoyCommand
{
    private const string PolicyVariable = "STAND_IN_OUTBOUND_TRAFFIC_POLICY";
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    public static async Task<int> RunAsync()
    {
        using var stop = new CancellationTokenSource();
        List<Task> work =
        [
            new HttpPort(IPAddress.Loopback, 15000, AdminAsync).RunAsync(stop.Token),
            new HttpPort(IPAddress.Any, 15021, request => AgentAsync(request)).RunAsync(stop.Token),
            new HttpPort(IPAddress.Any, 15090, _ => Task.FromResult((200, "# no statistics\n"))).RunAsync(stop.Token),
        ];
        _ = Task.Run(
            async () =>
            {
                if (await Console.In.ReadLineAsync() is not null)
                {
                    bool registryOnly = Environment.GetEnvironmentVariable(PolicyVariable) == "REGISTRY_ONLY";
                    List<CapturedPort> ports = [new(15001, IPAddress.Any, drop: registryOnly), new(15006, IPAddress.Parse("127.0.0.6"), drop: false)];
                    if (RedirectionSettings.HasAddressOfIPv6())
                    {
                        ports.AddRange([new(15001, IPAddress.IPv6Any, drop: registryOnly), new(15006, IPAddress.Parse("::6"), drop: false)]);
                    }

                    await Task.WhenAll(ports.Select(port => port.RunAsync(stop.Token)));
                }
            });
        await await Task.WhenAny(work);
        return 1;
    }

    private static async Task<(int Status, string Text)> AdminAsync(string request) => request switch
    {
        "GET /certs" => (200, await EnvoyCertificates.DescribeAsync()),
        "GET /ready" => (200, "LIVE\n"),
        "POST /quitquitquit" => Quit(),
        _ => (404, ""),
    };

    private static (int Status, string Text) Quit()
    {
        Environment.Exit(0);
        return (200, "OK\n");
    }

    private static async Task<(int Status, string Text)> AgentAsync(string request)
    {
        using var client = new HttpClient { Timeout = Limit };
        try
        {
            using HttpResponseMessage answer = await client.GetAsync(new Uri($"http://127.0.0.1:15020{request.Split(' ')[1]}"));
            return ((int)answer.StatusCode, "");
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
        {
            return (503, "");
        }
    }
}
