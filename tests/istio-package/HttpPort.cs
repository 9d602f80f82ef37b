using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Onboarding.Tests.IstioPackage;

/// <summary>Answers HTTP on one port, a request for each connection.</summary>
/// <param name="address">Where to listen.</param>
/// <param name="port">The port.</param>
/// <param name="answer">Status and text for a request line such as <c>GET /healthz/ready</c>.</param>
internal sealed class HttpPort(IPAddress address, int port, Func<string, Task<(int Status, string Text)>> answer)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    public async Task RunAsync(CancellationToken stop)
    {
        var listener = new TcpListener(address, port);
        listener.Start();
        while (true)
        {
            _ = ServeAsync(await listener.AcceptTcpClientAsync(stop));
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        try
        {
            using (client)
            {
                using var limit = new CancellationTokenSource(Limit);
                using var reader = new StreamReader(client.GetStream(), leaveOpen: true);
                string[] request = (await reader.ReadLineAsync(limit.Token) ?? "").Split(' ');
                while (await reader.ReadLineAsync(limit.Token) is { Length: > 0 })
                {
                }

                (int status, string text) = await answer($"{request[0]} {request.ElementAtOrDefault(1)}");
                byte[] bytes = Encoding.UTF8.GetBytes(
                    $"HTTP/1.1 {status} {(HttpStatusCode)status}\r\ncontent-type: text/plain\r\ncontent-length: {Encoding.UTF8.GetByteCount(text)}\r\nconnection: close\r\n\r\n{text}");
                await client.GetStream().WriteAsync(bytes, limit.Token);
            }
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException)
        {
            // Who asked has gone.
        }
    }
}
