using System.Buffers.Binary;
using System.Net;
using System.Net.Http.Headers;

namespace Onboarding.Tests.Unit.GrpcTests;

/// <summary>Sends what no gRPC client would.</summary>
internal static class RawClient
{
    public static byte[] Frame(byte[] message, byte flag = 0)
    {
        byte[] frame = new byte[5 + message.Length];
        frame[0] = flag;
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), message.Length);
        message.CopyTo(frame, 5);
        return frame;
    }

    public static async Task<RawAnswer> SendAsync(
        GrpcTestServer server, byte[] body, Action<HttpRequestMessage>? change = null, string path = "/test.v1.Test/Unary")
    {
        using var invoker = new HttpMessageInvoker(server.Handler());
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(server.Address, path))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/grpc") } },
        };
        change?.Invoke(request);
        using HttpResponseMessage response = await invoker.SendAsync(request, CancellationToken.None);
        byte[] answer = await response.Content.ReadAsByteArrayAsync();
        Dictionary<string, string> headers = response.Headers.Concat(response.TrailingHeaders)
            .ToDictionary(h => h.Key, h => string.Join(", ", h.Value), StringComparer.OrdinalIgnoreCase);
        return new RawAnswer(response.StatusCode, headers, answer);
    }
}
