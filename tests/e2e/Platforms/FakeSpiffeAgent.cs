using Google.Protobuf;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Onboarding.Api.Rpc.Spiffe;
using Onboarding.Testing.Clouds;

namespace Onboarding.Tests.E2E.Platforms;

/// <summary>A SPIFFE agent's Workload API on a Unix socket, which insists on the header that the standard asks for.</summary>
internal sealed class FakeSpiffeAgent : IAsyncDisposable
{
    private readonly WebApplication _app;

    private FakeSpiffeAgent(WebApplication app) => _app = app;

    public static async Task<FakeSpiffeAgent> StartAsync(SpiffeDomain domain, string socket)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddRouting();
        builder.Services.AddGrpc();
        builder.Services.AddSingleton(new Service(domain));
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.ListenUnixSocket(socket, listen => listen.Protocols = HttpProtocols.Http2));
        WebApplication app = builder.Build();
        app.UseRouting();
        app.MapGrpcService<Service>();
        await app.StartAsync();
        return new FakeSpiffeAgent(app);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private sealed class Service(SpiffeDomain domain) : SpiffeWorkloadAPI.SpiffeWorkloadAPIBase
    {
        public override Task<JWTSVIDResponse> FetchJWTSVID(JWTSVIDRequest request, ServerCallContext context)
        {
            CheckHeader(context);
            return Task.FromResult(new JWTSVIDResponse
            {
                Svids =
                {
                    new JWTSVID
                    {
                        SpiffeId = $"spiffe://{domain.Name}/vm/web-1",
                        Svid = domain.Tokens.Sign(domain.Claims(request.Audience.Single(), DateTimeOffset.UtcNow)),
                    },
                },
            });
        }

        public override async Task FetchX509SVID(X509SVIDRequest request, IServerStreamWriter<X509SVIDResponse> responseStream, ServerCallContext context)
        {
            CheckHeader(context);
            string name = $"spiffe://{domain.Name}/vm/web-3";
            using IssuedCertificate svid = domain.Issue(name);
            var answer = new X509SVID
            {
                SpiffeId = name,
                X509Svid = ByteString.CopyFrom(svid.Certificate.RawData),
                X509SvidKey = ByteString.CopyFrom(svid.Key.ExportPkcs8PrivateKey()),
            };
            await responseStream.WriteAsync(new X509SVIDResponse { Svids = { answer } }, context.CancellationToken);

            // A real one keeps the stream for the next rotation.
            await Task.Delay(Timeout.Infinite, context.CancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        private static void CheckHeader(ServerCallContext context)
        {
            if (context.RequestHeaders.GetValue("workload.spiffe.io") != "true")
            {
                throw new RpcException(new Status(StatusCode.InvalidArgument, "security header missing from request"));
            }
        }
    }
}
