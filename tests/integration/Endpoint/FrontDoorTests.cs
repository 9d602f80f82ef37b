using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using Onboarding.Endpoint.Connections;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Integration.Endpoint;

/// <summary>Connections, before anything is said on them.</summary>
public sealed class FrontDoorTests
{
    [Fact]
    public async Task A1_connections_beyond_the_limit_cost_the_oldest_ones()
    {
        await using TestPlane plane = await TestPlane.StartAsync(
            options: o => o with { ConnectionLimits = new ConnectionLimits { InAll = 10, Unproved = 8, UnprovedPerSource = 3 } });
        List<TcpClient> clients = [];
        try
        {
            List<Task<bool>> ends = [];
            for (int i = 0; i < 6; i++)
            {
                var client = new TcpClient();
                clients.Add(client);
                await client.ConnectAsync("127.0.0.1", plane.Endpoint.Address.Port);
                ends.Add(HasEndedAsync(client));
            }

            await Task.WhenAll(ends[..3]);
            (await plane.Agent().GetPlaneAsync()).Uid.ShouldBe(TestPlane.Uid);
        }
        finally
        {
            clients.ForEach(c => c.Dispose());
        }
    }

    [Fact]
    public async Task A_renewed_certificate_is_shown_to_who_connects_then()
    {
        await using TestPlane plane = await TestPlane.StartAsync();
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using TestReplica replica = await TestReplica.StartAsync(plane, plane.KubeconfigPath, time);
        string before = await ShownAsync(replica.Address.Port);

        string renewed = await replica.RenewCertificateAsync();
        await Eventually.Is(
            async () =>
            {
                time.Advance(TimeSpan.FromSeconds(10));
                return await ShownAsync(replica.Address.Port) == renewed;
            },
            "the renewed certificate");

        renewed.ShouldNotBe(before);
    }

    private static async Task<bool> HasEndedAsync(TcpClient client)
    {
        try
        {
            return await client.GetStream().ReadAsync(new byte[1]) == 0;
        }
        catch (IOException)
        {
            return true;
        }
    }

    private static async Task<string> ShownAsync(int port)
    {
        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", port);
        await using var tls = new SslStream(client.GetStream(), leaveInnerStreamOpen: false, (_, shown, _, _) => shown is not null);
        await tls.AuthenticateAsClientAsync("localhost");
        return tls.RemoteCertificate!.GetCertHashString(HashAlgorithmName.SHA1);
    }
}
