using System.Net.Sockets;
using System.Text;
using Envoy.Extensions.TransportSockets.Tls.V3;
using Envoy.Service.Discovery.V3;
using Google.Protobuf;
using Grpc.Core;
using Onboarding.Api.Configuration;
using Onboarding.Api.Rpc.Spiffe;
using Onboarding.Client.Identity;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Integration.Identity;

/// <summary>SPIFFE's Workload API and Envoy's SDS on the agent's socket, and who is let in.</summary>
public class IdentitySocketTests
{
    private const string SecretType = "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.Secret";

    [Fact]
    public async Task A_caller_that_is_listed_is_given_the_identity_and_each_renewed_one()
    {
        await using ServedIdentity served = await ServedIdentity.StartAsync(ServedIdentity.Self);
        MeshSvid first = await served.SvidAsync();
        using AsyncServerStreamingCall<X509SVIDResponse> svids = served.WorkloadApi.FetchX509SVID(new X509SVIDRequest(), ServedIdentity.Header());
        using AsyncServerStreamingCall<X509BundlesResponse> bundles = served.WorkloadApi.FetchX509Bundles(new X509BundlesRequest(), ServedIdentity.Header());

        X509SVID svid = (await NextAsync(svids.ResponseStream)).Svids.ShouldHaveSingleItem();
        svid.SpiffeId.ShouldBe(ServedIdentity.SpiffeId);
        svid.X509Svid.ToByteArray().ShouldBe(first.Chain[0]);
        svid.X509SvidKey.ToByteArray().ShouldBe(first.Key);
        svid.Bundle.ToByteArray().ShouldBe(first.Bundle[0]);
        KeyValuePair<string, ByteString> bundle = (await NextAsync(bundles.ResponseStream)).Bundles.ShouldHaveSingleItem();
        bundle.Key.ShouldBe("spiffe://cluster.local");
        bundle.Value.ShouldBe(svid.Bundle);

        await served.AdvanceAsync(TimeSpan.FromHours(13));
        (await NextAsync(svids.ResponseStream)).Svids[0].X509SvidKey.ShouldNotBe(svid.X509SvidKey);
        await NextAsync(bundles.ResponseStream);

        // And told when the machine is out.
        served.Boot = null;
        await served.AdvanceAsync(TimeSpan.FromMinutes(1));
        (await Should.ThrowAsync<RpcException>(() => NextAsync(svids.ResponseStream))).StatusCode.ShouldBe(StatusCode.PermissionDenied);
    }

    public static TheoryData<string> Unlisted => ["none", "another user", "another group", "the user in another group"];

    [Theory]
    [MemberData(nameof(Unlisted))]
    public async Task Who_is_not_listed_is_denied_root_and_the_agents_own_user_too(string callers)
    {
        long self = ServedIdentity.Self.Uid!.Value;
        await using ServedIdentity served = await ServedIdentity.StartAsync(callers switch
        {
            "none" => [],
            "another user" => [new MeshIdentityCaller { Uid = self + 1 }],
            "another group" => [new MeshIdentityCaller { Gid = 54321 }],
            _ => [new MeshIdentityCaller { Uid = self, Gid = 54321 }],
        });

        (await RefusedAsync(served.WorkloadApi.FetchX509SVID(new X509SVIDRequest(), ServedIdentity.Header()).ResponseStream)).ShouldBe(StatusCode.PermissionDenied);
        (await RefusedAsync(served.WorkloadApi.FetchX509Bundles(new X509BundlesRequest(), ServedIdentity.Header()).ResponseStream)).ShouldBe(StatusCode.PermissionDenied);
        using AsyncDuplexStreamingCall<DiscoveryRequest, DiscoveryResponse> secrets = served.Secrets.StreamSecrets();
        (await RefusedAsync(secrets.ResponseStream)).ShouldBe(StatusCode.PermissionDenied);
    }

    public static TheoryData<string?> Headers => new(null, "false", "TRUE", "true,true");

    [Theory]
    [MemberData(nameof(Headers))]
    public async Task Without_the_security_header_a_call_is_invalid_whoever_calls(string? value)
    {
        await using ServedIdentity served = await ServedIdentity.StartAsync(ServedIdentity.Self);
        Metadata headers = value is null ? [] : new Metadata { { "workload.spiffe.io", value } };
        (await RefusedAsync(served.WorkloadApi.FetchX509SVID(new X509SVIDRequest(), headers).ResponseStream)).ShouldBe(StatusCode.InvalidArgument);
        (await Should.ThrowAsync<RpcException>(async () => await served.WorkloadApi.FetchJWTSVIDAsync(new JWTSVIDRequest(), headers)))
            .StatusCode.ShouldBe(StatusCode.InvalidArgument);
    }

    [Theory]
    [InlineData("FetchJWTSVID")]
    [InlineData("FetchJWTBundles")]
    [InlineData("ValidateJWTSVID")]
    public async Task What_the_mesh_does_not_issue_is_unimplemented(string method)
    {
        await using ServedIdentity served = await ServedIdentity.StartAsync(ServedIdentity.Self);
        Marshaller<byte[]> bytes = Marshallers.Create<byte[]>(b => b, b => b);
        var call = new Method<byte[], byte[]>(MethodType.Unary, "SpiffeWorkloadAPI", method, bytes, bytes);
        (await Should.ThrowAsync<RpcException>(async () => await served.Calls.AsyncUnaryCall(call, null, new CallOptions(ServedIdentity.Header()), [])))
            .StatusCode.ShouldBe(StatusCode.Unimplemented);
    }

    [Fact]
    public async Task A_machine_that_is_not_in_the_mesh_yet_has_no_identity_to_give()
    {
        await using ServedIdentity served = await ServedIdentity.CreateAsync();
        served.Boot = null;
        served.Keep();
        served.Serve(new MeshIdentitySettings { WorkloadApi = true, Callers = [ServedIdentity.Self] });
        (await RefusedAsync(served.WorkloadApi.FetchX509SVID(new X509SVIDRequest(), ServedIdentity.Header()).ResponseStream)).ShouldBe(StatusCode.PermissionDenied);

        // The other one is off.
        using AsyncDuplexStreamingCall<DiscoveryRequest, DiscoveryResponse> secrets = served.Secrets.StreamSecrets();
        (await RefusedAsync(secrets.ResponseStream)).ShouldBe(StatusCode.Unimplemented);
    }

    [Fact]
    public async Task A_proxy_is_given_its_secrets_again_when_they_change_and_not_when_it_acknowledges()
    {
        await using ServedIdentity served = await ServedIdentity.StartAsync(ServedIdentity.Self);
        MeshSvid first = await served.SvidAsync();
        using AsyncDuplexStreamingCall<DiscoveryRequest, DiscoveryResponse> secrets = served.Secrets.StreamSecrets();
        var request = new DiscoveryRequest { TypeUrl = SecretType, ResourceNames = { "default", "ROOTCA" } };
        await secrets.RequestStream.WriteAsync(request);
        DiscoveryResponse answer = await NextAsync(secrets.ResponseStream);

        answer.TypeUrl.ShouldBe(SecretType);
        Secret[] got = [.. answer.Resources.Select(r => r.Unpack<Secret>())];
        Secret roots = got.Single(s => s.Name == "ROOTCA");
        roots.ValidationContext.TrustedCa.InlineBytes.ToStringUtf8().ReplaceLineEndings("\n").Trim()
            .ShouldBe(served.Files["root-cert.pem"].ReplaceLineEndings("\n").Trim());
        TlsCertificate own = got.Single(s => s.Name == "default").TlsCertificate;
        own.CertificateChain.InlineBytes.ToStringUtf8().ShouldContain(Convert.ToBase64String(first.Chain[0])[..60]);
        own.PrivateKey.InlineBytes.ToStringUtf8().ShouldStartWith("-----BEGIN PRIVATE KEY-----");

        await secrets.RequestStream.WriteAsync(new DiscoveryRequest(request) { VersionInfo = answer.VersionInfo, ResponseNonce = answer.Nonce });
        await served.AdvanceAsync(TimeSpan.FromHours(13));
        DiscoveryResponse renewed = await NextAsync(secrets.ResponseStream);
        renewed.Nonce.ShouldBe("2");
        renewed.VersionInfo.ShouldNotBe(answer.VersionInfo);

        // A refusal is told; the same again would be refused again.
        await secrets.RequestStream.WriteAsync(new DiscoveryRequest(request)
        {
            VersionInfo = answer.VersionInfo,
            ResponseNonce = renewed.Nonce,
            ErrorDetail = new Google.Rpc.Status { Code = 3, Message = "no such curve" },
        });
        await Eventually.Is(() => served.Log.Text.Contains("no such curve", StringComparison.Ordinal), "the refusal is told");
        await secrets.RequestStream.WriteAsync(new DiscoveryRequest { TypeUrl = SecretType, ResourceNames = { "ROOTCA" } });
        (await NextAsync(secrets.ResponseStream)).Resources.ShouldHaveSingleItem();
    }

    [Theory]
    [InlineData(SecretType, "another")]
    [InlineData("type.googleapis.com/envoy.config.cluster.v3.Cluster", "default")]
    public async Task What_there_is_not_is_refused(string type, string name)
    {
        await using ServedIdentity served = await ServedIdentity.StartAsync(ServedIdentity.Self);
        using AsyncDuplexStreamingCall<DiscoveryRequest, DiscoveryResponse> secrets = served.Secrets.StreamSecrets();
        await secrets.RequestStream.WriteAsync(new DiscoveryRequest { TypeUrl = type, ResourceNames = { name } });
        (await RefusedAsync(secrets.ResponseStream)).ShouldBe(StatusCode.InvalidArgument);
    }

    [Fact]
    public async Task One_user_does_not_take_all_connections()
    {
        await using ServedIdentity served = await ServedIdentity.StartAsync();
        List<Socket> held = [];
        try
        {
            // Each is served once it has answered the client's preface with its settings.
            for (int i = 0; i < 64; i++)
            {
                held.Add(await GreetAsync(served));
                (await AnswerAsync(held[^1])).ShouldBeGreaterThan(0);
            }

            using Socket more = await GreetAsync(served);
            (await AnswerAsync(more)).ShouldBe(0);

            held[0].Dispose();
            await Eventually.Is(
                async () =>
                {
                    using Socket next = await GreetAsync(served);
                    return await AnswerAsync(next) > 0;
                },
                "the place of one that went");
        }
        finally
        {
            held.ForEach(s => s.Dispose());
        }
    }

    [Fact]
    public async Task Everyone_may_knock_and_nothing_is_left_behind()
    {
        string path;
        await using (ServedIdentity served = await ServedIdentity.StartAsync())
        {
            path = served.Socket;
            File.GetUnixFileMode(path).ShouldBe((UnixFileMode)0b110_110_110);
        }

        File.Exists(path).ShouldBeFalse();
    }

    private static async Task<Socket> GreetAsync(ServedIdentity served)
    {
        Socket socket = await served.DialAsync();
        try
        {
            await socket.SendAsync(Encoding.ASCII.GetBytes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"));
            await socket.SendAsync(new byte[] { 0, 0, 0, 4, 0, 0, 0, 0, 0 });
        }
        catch (SocketException)
        {
            // Closed already; the answer says so.
        }

        return socket;
    }

    private static async Task<int> AnswerAsync(Socket socket)
    {
        try
        {
            return await socket.ReceiveAsync(new byte[64]).WaitAsync(Eventually.Patience);
        }
        catch (SocketException)
        {
            return 0;
        }
    }

    private static async Task<T> NextAsync<T>(IAsyncStreamReader<T> stream)
    {
        (await stream.MoveNext(CancellationToken.None).WaitAsync(Eventually.Patience)).ShouldBeTrue();
        return stream.Current;
    }

    private static async Task<StatusCode> RefusedAsync<T>(IAsyncStreamReader<T> stream) =>
        (await Should.ThrowAsync<RpcException>(() => stream.MoveNext(CancellationToken.None).WaitAsync(Eventually.Patience))).StatusCode;
}
