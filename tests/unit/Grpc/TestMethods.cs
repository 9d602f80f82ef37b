using Grpc.Core;

namespace Onboarding.Tests.Unit.GrpcTests;

/// <summary>A service of one method of each kind, on plain bytes.</summary>
internal sealed class TestMethods
{
    private const string Service = "test.v1.Test";
    private static readonly Marshaller<byte[]> Bytes = Marshallers.Create<byte[]>(b => b, b => b);

    public static readonly Method<byte[], byte[]> UnaryMethod = new(MethodType.Unary, Service, "Unary", Bytes, Bytes);
    public static readonly Method<byte[], byte[]> ServerMethod = new(MethodType.ServerStreaming, Service, "Server", Bytes, Bytes);
    public static readonly Method<byte[], byte[]> ClientMethod = new(MethodType.ClientStreaming, Service, "Client", Bytes, Bytes);
    public static readonly Method<byte[], byte[]> DuplexMethod = new(MethodType.DuplexStreaming, Service, "Duplex", Bytes, Bytes);

    public UnaryServerMethod<byte[], byte[]> Unary { get; init; } = (request, _) => Task.FromResult(request);

    /// <summary>By default as many responses as the request's first byte says.</summary>
    public ServerStreamingServerMethod<byte[], byte[]> Server { get; init; } = async (request, responses, _) =>
    {
        for (byte i = 0; i < request[0]; i++)
        {
            await responses.WriteAsync([i]);
        }
    };

    /// <summary>By default the requests, joined.</summary>
    public ClientStreamingServerMethod<byte[], byte[]> Client { get; init; } = async (requests, _) =>
    {
        var all = new List<byte>();
        await foreach (byte[] request in requests.ReadAllAsync())
        {
            all.AddRange(request);
        }

        return [.. all];
    };

    /// <summary>By default an echo.</summary>
    public DuplexStreamingServerMethod<byte[], byte[]> Duplex { get; init; } = async (requests, responses, _) =>
    {
        await foreach (byte[] request in requests.ReadAllAsync())
        {
            await responses.WriteAsync(request);
        }
    };

    public ServerServiceDefinition Bind() => ServerServiceDefinition.CreateBuilder()
        .AddMethod(UnaryMethod, Unary)
        .AddMethod(ServerMethod, Server)
        .AddMethod(ClientMethod, Client)
        .AddMethod(DuplexMethod, Duplex)
        .Build();
}
