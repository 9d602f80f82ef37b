using Google.Protobuf;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Onboarding.Api.Rpc.Spiffe;
using Onboarding.Testing.Clouds;

namespace Onboarding.Tests.Integration.Platforms;

/// <summary>A SPIFFE agent's Workload API on a Unix socket, which gives out whatever X.509-SVID it was told to last.</summary>
internal sealed class FakeWorkloadApi : SpiffeWorkloadAPI.SpiffeWorkloadAPIBase, IAsyncDisposable
{
    private WebApplication? _app;

    /// <summary>What it answers now; null: nothing, and the stream ends.</summary>
    public X509SVIDResponse? Answer { get; set; }

    public static async Task<FakeWorkloadApi> StartAsync(string socket)
    {
        var api = new FakeWorkloadApi();
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddRouting();
        builder.Services.AddGrpc();
        builder.Services.AddSingleton(api);
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.ListenUnixSocket(socket, listen => listen.Protocols = HttpProtocols.Http2));
        api._app = builder.Build();
        api._app.UseRouting();
        api._app.MapGrpcService<FakeWorkloadApi>();
        await api._app.StartAsync();
        return api;
    }

    public static X509SVIDResponse CreateResponse(IssuedCertificate svid, params byte[][] above) => new()
    {
        Svids =
        {
            new X509SVID
            {
                SpiffeId = "spiffe://corp.example/vm/web-1",
                X509Svid = ByteString.CopyFrom([.. svid.Certificate.RawData, .. above.SelectMany(a => a)]),
                X509SvidKey = ByteString.CopyFrom(svid.Key.ExportPkcs8PrivateKey()),
            },
        },
    };

    public override async Task FetchX509SVID(X509SVIDRequest request, IServerStreamWriter<X509SVIDResponse> responseStream, ServerCallContext context)
    {
        if (context.RequestHeaders.GetValue("workload.spiffe.io") != "true")
        {
            throw new RpcException(new Status(StatusCode.InvalidArgument, "security header missing from request"));
        }

        if (Answer is { } answer)
        {
            await responseStream.WriteAsync(answer, context.CancellationToken);

            // A real one keeps the stream for the next rotation.
            await Task.Delay(Timeout.Infinite, context.CancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    public ValueTask DisposeAsync() => _app?.DisposeAsync() ?? default;
}
