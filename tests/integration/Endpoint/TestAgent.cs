using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;
using Grpc.Net.Client;
using Onboarding.Api.Proofs;
using Onboarding.Api.Rpc;
using Onboarding.Testing;
using Rpc = Onboarding.Api.Rpc;

namespace Onboarding.Tests.Integration.Endpoint;

/// <summary>An agent reduced to its messages; each step can be told to cheat.</summary>
public sealed class TestAgent(TestPlane plane, string subject, TestAgentKey? key, GrpcChannel? through = null)
{
    public const string RegisterMethod = "/onboarding.v1alpha1.WorkloadRegistrationService/RegisterWorkload";
    public const string UnregisterMethod = "/onboarding.v1alpha1.WorkloadRegistrationService/UnregisterWorkload";

    // Not kept: the plane has a new one after a restart.
    private GrpcChannel Channel => through ?? plane.Channel;

    public TestAgentKey Key { get; } = key ?? new TestAgentKey();

    public string Token { get; set; } = "";

    public string RegistrationUid { get; set; } = "";

    public string Registration { get; private set; } = "";

    /// <summary>Credential as the plugin would print it; null makes a good one.</summary>
    public Func<string, string>? Credential { get; set; }

    /// <summary>Makes a credential of another platform for what the plane said; null for a JWT.</summary>
    public Func<Rpc.Plane, Any>? CredentialFor { get; set; }

    /// <summary>Makes the credential for what the plane said; null: a token of the test's issuer.</summary>
    public Func<Rpc.Plane, TestAgentKey, Any>? Present { get; set; }

    public DateTimeOffset Now { get; set; } = plane.Time.GetUtcNow();

    public async Task<Rpc.Plane> GetPlaneAsync() =>
        await new OnboardingDiscoveryService.OnboardingDiscoveryServiceClient(Channel).GetPlaneAsync(new GetPlaneRequest());

    public async Task<AuthorizeOnboardingResponse> AuthorizeAsync(
        string group = TestPlane.Group,
        Action<AuthorizeOnboardingRequest>? change = null,
        Any? credential = null,
        string? renewing = null)
    {
        Rpc.Plane info = await GetPlaneAsync();
        var request = new AuthorizeOnboardingRequest
        {
            Credential = credential ?? Present?.Invoke(info, Key) ?? CredentialFor?.Invoke(info) ?? Jwt(info.Uid),
            WorkloadGroup = new NamespacedName { Namespace = TestPlane.Namespace, Name = group },
            AgentPublicKey = ByteString.CopyFrom(Key.PublicBytes),
            Challenge = info.Challenge,
        };
        request.Signature = ByteString.CopyFrom(Key.Sign(Statements.Authorization(
            request.Challenge.Span, request.Credential, TestPlane.Namespace, group, info.Uid, Key.PublicBytes)));
        change?.Invoke(request);
        AuthorizeOnboardingResponse response =
            await new OnboardingAuthorizationService.OnboardingAuthorizationServiceClient(Channel).AuthorizeOnboardingAsync(
                request, renewing is null ? [] : new Metadata { { "authorization", $"Bearer {renewing}" } });
        Token = request.DryRun ? Token : response.Token;
        Registration = response.Registration;
        return response;
    }

    private Any Jwt(string planeUid) => Any.Pack(new JwtCredential
    {
        Token = Credential?.Invoke(planeUid) ?? plane.Issuer.Sign(plane.Issuer.Claims(planeUid, Now, subject)),
    });

    public RegisterWorkloadRequest RegisterRequest(string ip = "10.1.2.3") => new()
    {
        Registration = new Onboarding.Api.Rpc.Registration
        {
            Agent = new AgentInfo { Version = "v0.1.0" },
            Sidecar = new SidecarInfo { Istio = new IstioSidecarInfo { Version = "1.32.0" } },
            Host = new HostInfo { Addresses = { new Address { Ip = ip, Type = AddressType.Vpc } } },
        },
    };

    public Task<RegisterWorkloadResponse> RegisterAsync(RegisterWorkloadRequest? request = null) =>
        RegisterAsync(Sign(RegisterMethod, request ?? RegisterRequest()));

    public async Task<RegisterWorkloadResponse> RegisterAsync(SignedRequest request)
    {
        RegisterWorkloadResponse response = await new WorkloadRegistrationService.WorkloadRegistrationServiceClient(Channel)
            .RegisterWorkloadAsync(request, new Metadata { { "authorization", $"Bearer {Token}" } });
        RegistrationUid = response.RegistrationUid;
        Registration = response.Registration;
        return response;
    }

    public async Task<UnregisterWorkloadResponse> UnregisterAsync()
    {
        var request = new UnregisterWorkloadRequest { Reason = "test" };
        return await new WorkloadRegistrationService.WorkloadRegistrationServiceClient(Channel).UnregisterWorkloadAsync(
            Sign(UnregisterMethod, request), new Metadata { { "authorization", $"Bearer {Token}" } });
    }

    public SignedRequest Sign(string method, IMessage request, DateTimeOffset? at = null) => Sign(method, request.ToByteString(), at);

    public SignedRequest Sign(string method, ByteString payload, DateTimeOffset? at = null)
    {
        long time = (at ?? Now).ToUnixTimeMilliseconds();
        byte[] statement = Statements.Request(method, payload.Span, Token, TestPlane.Uid, RegistrationUid, time);
        return new SignedRequest
        {
            Payload = payload,
            Signature = ByteString.CopyFrom(Key.Sign(statement)),
            PublicKey = ByteString.CopyFrom(Key.PublicBytes),
            TimeUnixMs = time,
            RegistrationUid = RegistrationUid,
        };
    }

    public async Task<TestSession> ConnectAsync(long epoch = 0, Action<SessionProof>? change = null)
    {
        var call = new WorkloadSessionService.WorkloadSessionServiceClient(Channel).Connect(
            new Metadata { { "authorization", $"Bearer {Token}" } });
        var session = new TestSession(call);
        PlaneMessage first = await session.NextAsync();
        var proof = new SessionProof
        {
            PublicKey = ByteString.CopyFrom(Key.PublicBytes),
            RegistrationUid = RegistrationUid,
            Epoch = epoch,
            Signature = ByteString.CopyFrom(Key.Sign(Statements.Session(
                first.Challenge.Nonce.Span, Token, TestPlane.Uid, RegistrationUid))),
        };
        change?.Invoke(proof);
        await call.RequestStream.WriteAsync(new AgentMessage { Proof = proof });
        return session;
    }

    /// <summary>Joins from the start, without a session: authorizes, and registers, which binds the key.</summary>
    public async Task AdmitAsync(string group = TestPlane.Group)
    {
        await AuthorizeAsync(group);
        RegistrationUid = "";
        await RegisterAsync();
    }

    /// <summary>Authorize, register, connect.</summary>
    public async Task<TestSession> JoinAsync(long epoch = 0)
    {
        await AuthorizeAsync();
        await RegisterAsync();
        return await ConnectAsync(epoch);
    }

    /// <summary>
    /// Why it wouldn't be admitted at this moment; null if it would. Asked without being admitted, so that it may be asked in a loop: nothing
    /// is written. The loop has to wait for the reason it means: who asks often is refused for that alone.
    /// </summary>
    public async Task<string?> RefusalAsync(string group = TestPlane.Group, Action<AuthorizeOnboardingRequest>? change = null)
    {
        try
        {
            await AuthorizeAsync(group, change + (request => request.DryRun = true));
            return null;
        }
        catch (RpcException e)
        {
            return e.Trailers.Any(t => t.Key == "grpc-status-details-bin") ? ReasonOf(e).Reason : e.Status.ToString();
        }
    }

    /// <summary>The reason code of a refused call.</summary>
    public static async Task<ErrorInfo> RefusedAsync(Func<Task> call, StatusCode? code = null)
    {
        RpcException e = await Shouldly.Should.ThrowAsync<RpcException>(call);
        return ReasonOf(e, code);
    }

    public static ErrorInfo ReasonOf(RpcException e, StatusCode? code = null)
    {
        byte[] details = e.Trailers.First(t => t.Key == "grpc-status-details-bin").ValueBytes;
        var status = Google.Rpc.Status.Parser.ParseFrom(details);
        if (code is not null)
        {
            Shouldly.ShouldBeTestExtensions.ShouldBe(e.StatusCode, code.Value);
        }

        return status.Details.First(d => d.Is(ErrorInfo.Descriptor)).Unpack<ErrorInfo>();
    }
}
