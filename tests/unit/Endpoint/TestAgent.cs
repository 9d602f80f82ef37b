using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;
using Grpc.Net.Client;
using Onboarding.Api.Proofs;
using Onboarding.Api.Rpc;

namespace Onboarding.Tests.Unit.Endpoint;

/// <summary>An agent reduced to its messages; each step can be told to cheat.</summary>
public sealed class TestAgent(TestPlane plane, string subject, TestAgentKey? key, GrpcChannel? through = null)
{
    private const string RegisterMethod = "/onboarding.v1alpha1.WorkloadRegistrationService/RegisterWorkload";

    // Not kept: the plane has a new one after a restart.
    private GrpcChannel Channel => through ?? plane.Channel;

    public TestAgentKey Key { get; } = key ?? new TestAgentKey();

    public string Token { get; set; } = "";

    public string RegistrationUid { get; set; } = "";

    public string Registration { get; private set; } = "";

    /// <summary>Credential as the plugin would print it; null makes a good one.</summary>
    public Func<string, string>? Credential { get; set; }

    /// <summary>Makes a credential of another platform for what the plane said; null for a JWT.</summary>
    public Func<Plane, Any>? CredentialFor { get; set; }

    /// <summary>Makes the credential for what the plane said; null: a token of the test's issuer.</summary>
    public Func<Plane, TestAgentKey, Any>? Present { get; set; }

    public DateTimeOffset Now { get; set; } = plane.Time.GetUtcNow();

    public async Task<Plane> GetPlaneAsync() =>
        await new OnboardingDiscoveryService.OnboardingDiscoveryServiceClient(Channel).GetPlaneAsync(new GetPlaneRequest());

    public async Task<AuthorizeOnboardingResponse> AuthorizeAsync(
        string group = TestPlane.Group,
        Action<AuthorizeOnboardingRequest>? change = null,
        Any? credential = null,
        string? renewing = null)
    {
        Plane info = await GetPlaneAsync();
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

    public async Task<RegisterWorkloadResponse> RegisterAsync(
        RegisterWorkloadRequest? request = null, byte[]? proof = null, bool withProof = true)
    {
        request ??= RegisterRequest();
        var headers = new Metadata { { "authorization", $"Bearer {Token}" } };
        if (withProof)
        {
            headers.Add("onboarding-proof-bin", proof ?? Proof(RegisterMethod, request));
        }

        RegisterWorkloadResponse response =
            await new WorkloadRegistrationService.WorkloadRegistrationServiceClient(Channel).RegisterWorkloadAsync(request, headers);
        RegistrationUid = response.RegistrationUid;
        Registration = response.Registration;
        return response;
    }

    /// <summary>Registers by a request in exactly these bytes, with a proof over them.</summary>
    public async Task<RegisterWorkloadResponse> RegisterRawAsync(byte[] request)
    {
        var headers = new Metadata { { "authorization", $"Bearer {Token}" }, { "onboarding-proof-bin", Proof(RegisterMethod, request) } };
        string[] name = RegisterMethod.Split('/');
        var method = new Method<byte[], byte[]>(
            MethodType.Unary, name[1], name[2], Marshallers.Create(b => b, b => b), Marshallers.Create(b => b, b => b));
        using AsyncUnaryCall<byte[]> call = Channel.CreateCallInvoker().AsyncUnaryCall(method, null, new CallOptions(headers), request);
        return RegisterWorkloadResponse.Parser.ParseFrom(await call.ResponseAsync);
    }

    public async Task<UnregisterWorkloadResponse> UnregisterAsync()
    {
        var request = new UnregisterWorkloadRequest { Reason = "test" };
        var headers = new Metadata
        {
            { "authorization", $"Bearer {Token}" },
            { "onboarding-proof-bin", Proof("/onboarding.v1alpha1.WorkloadRegistrationService/UnregisterWorkload", request) },
        };
        return await new WorkloadRegistrationService.WorkloadRegistrationServiceClient(Channel).UnregisterWorkloadAsync(request, headers);
    }

    public byte[] Proof(string method, IMessage request, DateTimeOffset? at = null) => Proof(method, request.ToByteArray(), at);

    public byte[] Proof(string method, byte[] request, DateTimeOffset? at = null)
    {
        long time = (at ?? Now).ToUnixTimeMilliseconds();
        byte[] statement = Statements.Request(method, request, Token, TestPlane.Uid, RegistrationUid, time);
        return new RequestProof
        {
            TimeUnixMs = time,
            PublicKey = ByteString.CopyFrom(Key.PublicBytes),
            Signature = ByteString.CopyFrom(Key.Sign(statement)),
            RegistrationUid = RegistrationUid,
        }.ToByteArray();
    }

    public byte[] RegisterProof(RegisterWorkloadRequest request, DateTimeOffset? at = null) => Proof(RegisterMethod, request, at);

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
    public async Task<string?> RefusalAsync(string group = TestPlane.Group)
    {
        try
        {
            await AuthorizeAsync(group, request => request.DryRun = true);
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
