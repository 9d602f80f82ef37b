using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Grpc.Core;
using Onboarding.Api;
using Onboarding.Api.Rpc;
using Onboarding.Testing;
using Onboarding.Testing.Clouds.Aws;
using Onboarding.Tests.Integration.Aws;
using Onboarding.Tests.Integration.Endpoint;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Integration.Attacks;

/// <summary>
/// Whatever can be sent to the endpoint's port by someone who is no one. What Kestrel or the gRPC server turns away (sizes, rates, bytes that
/// are no call) never becomes a call, so there is no reason code and no audit record for it; nothing that could create anything saw it.
/// Case 40's ten thousand idle connections need a process of their own at each end: IdleConnectionTests in tests/e2e.
/// </summary>
public sealed class FrontDoorCaseTests(AwsPlane aws) : IClassFixture<AwsPlane>
{
    private static readonly string[] Routes =
    [
        "/onboarding.v1alpha1.OnboardingDiscoveryService/GetPlane",
        "/onboarding.v1alpha1.OnboardingAuthorizationService/AuthorizeOnboarding",
        "/onboarding.v1alpha1.WorkloadRegistrationService/RegisterWorkload",
        "/onboarding.v1alpha1.WorkloadRegistrationService/UnregisterWorkload",
        "/onboarding.v1alpha1.WorkloadSessionService/Connect",
        "/grpc.health.v1.Health/Check",
        "/grpc.health.v1.Health/Watch",
        "/no.such.Service/Method",
        "/healthz",
        "/readyz",
        "/",
    ];

    [Fact]
    public async Task Case39_random_bytes_on_every_route_harm_nobody()
    {
        // The log of the plane fails the class if any of this is a fault (event 4002) instead of a refusal.
        using HttpClient client = Client();
        var random = new Random(39);
        foreach (string route in Routes)
        {
            for (int i = 0; i < 40; i++)
            {
                byte[] body = new byte[random.Next(400)];
                random.NextBytes(body);
                if (i % 2 == 0 && body.Length >= 5)
                {
                    // A proper frame around random bytes gets further in.
                    body[0] = (byte)(i % 4 == 0 ? 0 : 1);
                    body[1] = body[2] = 0;
                    body[3] = (byte)((body.Length - 5) >> 8);
                    body[4] = (byte)(body.Length - 5);
                }

                using var request = new HttpRequestMessage(HttpMethod.Post, route) { Version = HttpVersion.Version20, Content = new ByteArrayContent(body) };
                request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
                request.Headers.TryAddWithoutValidation("te", "trailers");
                request.Headers.TryAddWithoutValidation("authorization", "Bearer " + Convert.ToBase64String(body.AsSpan(0, Math.Min(60, body.Length))));
                request.Headers.TryAddWithoutValidation("x-random-bin", i % 3 == 0 ? "!" : Convert.ToBase64String(body));
                try
                {
                    // Watch goes on for as long as someone listens.
                    using HttpResponseMessage answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
                    ((int)answer.StatusCode).ShouldBeInRange(200, 499, route);
                }
                catch (HttpRequestException)
                {
                    // A reset stream is an answer, too.
                }
            }
        }

        (await aws.Plane.Agent().GetPlaneAsync()).Uid.ShouldBe(TestPlane.Uid);
    }

    [Fact]
    public async Task Case40_large_headers_are_refused()
    {
        using HttpClient client = Client();
        using var request = new HttpRequestMessage(HttpMethod.Post, Routes[1]) { Version = HttpVersion.Version20 };
        request.Headers.TryAddWithoutValidation("x-large", new string('a', 64 * 1024));

        int? status = null;
        try
        {
            using HttpResponseMessage answer = await client.SendAsync(request);
            status = (int)answer.StatusCode;
        }
        catch (HttpRequestException)
        {
            // The connection was closed on it.
        }

        (status is null or 431 or 400).ShouldBeTrue($"{status}");
    }

    [Fact]
    public async Task Case40_a_message_that_says_it_has_a_gigabyte_is_not_waited_for()
    {
        using HttpClient client = Client();
        using var request = new HttpRequestMessage(HttpMethod.Post, Routes[1])
        {
            Version = HttpVersion.Version20,
            Content = new ByteArrayContent([0, 0x40, 0, 0, 0, 1, 2, 3]),
        };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
        request.Headers.TryAddWithoutValidation("te", "trailers");

        using HttpResponseMessage answer = await client.SendAsync(request);
        await answer.Content.ReadAsByteArrayAsync();

        GrpcStatusOf(answer).ShouldBe("8", "RESOURCE_EXHAUSTED");
    }

    [Fact]
    public async Task Case40_a_request_that_comes_in_drop_by_drop_is_not_waited_for()
    {
        using HttpClient client = Client();
        client.Timeout = TimeSpan.FromMinutes(5);
        using var request = new HttpRequestMessage(HttpMethod.Post, Routes[1]) { Version = HttpVersion.Version20, Content = new Dripping([0, 0, 0, 1, 0, 1, 2, 3]) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
        request.Headers.TryAddWithoutValidation("te", "trailers");

        // Ended by the plane, and not by this client's patience: the stream is reset, and where the refusal arrives before that, it is read.
        string? status = null;
        try
        {
            using HttpResponseMessage answer = await client.SendAsync(request);
            status = GrpcStatusOf(answer);
        }
        catch (Exception e) when (e is HttpRequestException || (e is TaskCanceledException && e.InnerException is not TimeoutException))
        {
            // A reset that meets the body while it waits for more is a cancellation of that.
        }

        status.ShouldNotBe("0", "a call that never came in whole");

        (await aws.Plane.Agent().GetPlaneAsync()).Uid.ShouldBe(TestPlane.Uid);
    }

    [Fact]
    public async Task Case39_a_public_key_that_is_no_point_of_its_curve_is_no_fault_of_the_plane()
    {
        // .NET on Linux doesn't say so with the exception that one expects.
        await aws.RefusedAsync(
            () => aws.Ec2Agent(new TestInstance { Id = "i-0333333333333333a" }).AuthorizeAsync(change: r =>
            {
                byte[] key = r.AgentPublicKey.ToByteArray();
                key[^1] ^= 1;
                r.AgentPublicKey = Google.Protobuf.ByteString.CopyFrom(key);
            }),
            Reasons.InvalidRequest);
    }

#pragma warning disable SYSLIB0039, CA5397 // What is outdated must be refused.
    [Theory]
    [InlineData(SslProtocols.Tls)]
    [InlineData(SslProtocols.Tls11)]
    public async Task Case42_an_outdated_version_of_TLS_is_refused(SslProtocols version)
    {
        // Client certificates have no meaning at this port: none is asked for, so none can have the wrong role.
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, aws.Plane.Endpoint.Address.Port);
        await using var tls = new SslStream(client.GetStream());

        await Should.ThrowAsync<Exception>(() => tls.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions { TargetHost = "localhost", EnabledSslProtocols = version }));
    }
#pragma warning restore SYSLIB0039, CA5397

    [Fact]
    public async Task Case43_no_secret_is_in_logs_audit_or_answers()
    {
        var instance = new TestInstance { Id = "i-0777777777777777a" };
        TestRole role = aws.Role("i-0777777777777777b");
        TestAgent agent = aws.Ec2Agent(instance, role: role);
        Google.Protobuf.WellKnownTypes.Any sent = null!;
        var make = agent.CredentialFor!;
        agent.CredentialFor = plane => sent = make(plane);

        RpcException refused = await Should.ThrowAsync<RpcException>(agent.AuthorizeAsync());
        await AuditLines.FindAsync(aws.Plane.AuditLog, TestAgent.ReasonOf(refused).Metadata["correlationId"]);

        AwsEc2Credential credential = sent.Unpack<AwsEc2Credential>();
        string[] secrets =
        [
            role.SecretKey, role.Token, role.Token[..40],
            Convert.ToHexStringLower(credential.CallerIdentity.Signature.Span), credential.CallerIdentity.Signature.ToBase64(),
            credential.IdentityDocument.ToBase64()[..60],
        ];
        using var reader = new StreamReader(new FileStream(aws.Plane.AuditLog, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        string audit = await reader.ReadToEndAsync();
        foreach (string secret in secrets)
        {
            aws.Plane.Log.Text.ShouldNotContain(secret);
            audit.ShouldNotContain(secret);
            refused.ToString().ShouldNotContain(secret);
        }
    }

    [Fact]
    public async Task Case44_an_unknown_machine_a_denied_one_and_a_missing_group_are_told_the_same()
    {
        RpcException stranger = await Should.ThrowAsync<RpcException>(aws.Ec2Agent(new TestInstance { Account = "999988887777" }).AuthorizeAsync());
        RpcException missing = await Should.ThrowAsync<RpcException>(aws.Ec2Agent(new TestInstance { Account = "999988887777" }).AuthorizeAsync("no-such-group"));

        missing.Status.ShouldBe(stranger.Status);
        TestAgent.ReasonOf(missing).Reason.ShouldBe(Reasons.NotAuthorized);
        foreach (RpcException refusal in (RpcException[])[stranger, missing])
        {
            var line = await AuditLines.FindAsync(aws.Plane.AuditLog, TestAgent.ReasonOf(refusal).Metadata["correlationId"]);
            line["outcome"]!.GetValue<string>().ShouldBe("deny");
            line["explanation"].ShouldNotBeNull("the audit log has it in full");
        }

        (await aws.Plane.Client.ListAsync<Onboarding.Api.Runtime.WorkloadKeyBinding>(null)).Items
            .ShouldNotContain(b => b.Spec!.Identity.Contains("999988887777", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Case45_there_is_no_CORS_and_nobody_is_administrator_by_being_near()
    {
        using HttpClient client = Client();
        foreach (string route in Routes)
        {
            using var preflight = new HttpRequestMessage(HttpMethod.Options, route);
            preflight.Headers.TryAddWithoutValidation("Origin", "https://evil.example");
            preflight.Headers.TryAddWithoutValidation("Access-Control-Request-Method", "POST");
            using HttpResponseMessage answer = await client.SendAsync(preflight);
            answer.Headers.Any(h => h.Key.StartsWith("Access-Control", StringComparison.OrdinalIgnoreCase)).ShouldBeFalse(route);
            answer.Headers.Contains("Server").ShouldBeFalse();
        }

        foreach (string route in (string[])["/admin", "/debug/pprof", "/metrics", "/swagger", "/config_dump", "/quitquitquit"])
        {
            using HttpResponseMessage answer = await client.GetAsync(new Uri(route, UriKind.Relative));
            ((HttpStatusCode[])[HttpStatusCode.NotFound, HttpStatusCode.MethodNotAllowed]).ShouldContain(answer.StatusCode, route);
        }
    }

    private static string GrpcStatusOf(HttpResponseMessage answer) =>
        (answer.TrailingHeaders.TryGetValues("grpc-status", out var trailers) ? trailers : answer.Headers.GetValues("grpc-status")).Single();

    private X509Certificate2 Authority() => X509CertificateLoader.LoadCertificateFromFile(aws.Plane.CertificateAuthorityPath);

    private HttpClient Client()
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.Add(Authority());
        return new HttpClient(new SocketsHttpHandler { SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = policy } })
        {
            BaseAddress = aws.Plane.Endpoint.Address,
            Timeout = Eventually.Patience,
        };
    }

    /// <summary>A body whose first bytes come and whose end doesn't.</summary>
    private sealed class Dripping(byte[] start) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
        {
            await stream.WriteAsync(start, cancellationToken);
            await stream.FlushAsync(cancellationToken);
            await Task.Delay(Timeout.Infinite, cancellationToken);
        }

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, default);

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
