using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Shouldly;

namespace Onboarding.Tests.Install;

/// <summary>The three routes of the gateway: to the endpoint (the agent has taken it), to istiod, and to a service by its own name.</summary>
internal static class RouteTests
{
    /// <summary>Dials each by its server name, and looks who answers.</summary>
    public static async Task CheckAsync(InstalledCluster cluster)
    {
        (await AnswersAsync(cluster.Port, "localhost")).ShouldBe("CN=localhost");
        string istiod = await AnswersAsync(cluster.Port, "istiod.istio-system.svc");
        string service = await AnswersAsync(cluster.Port, "outbound_.9080_._.details.bookinfo.svc.cluster.local");
        new[] { istiod, service, "CN=localhost" }.Distinct().Count().ShouldBe(3, $"{istiod}; {service}");
        await Should.ThrowAsync<IOException>(AnswersAsync(cluster.Port, "elsewhere.example"));
    }

    private static async Task<string> AnswersAsync(int port, string name)
    {
        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", port);
        string subject = "";
#pragma warning disable CA5359 // who answers is what is asked; nothing is sent
        await using var stream = new SslStream(client.GetStream(), leaveInnerStreamOpen: false, (_, certificate, _, _) =>
        {
            using var seen = new X509Certificate2(certificate!);
            subject = $"{seen.Subject}{seen.Issuer}{seen.GetNameInfo(X509NameType.DnsName, forIssuer: false)}";
            subject = seen.Subject == "CN=localhost" && seen.Issuer == "CN=endpoint CA" ? "CN=localhost" : subject;
            return true;
        });
#pragma warning restore CA5359
        await stream.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = name, ApplicationProtocols = [SslApplicationProtocol.Http2] });
        return subject;
    }
}
