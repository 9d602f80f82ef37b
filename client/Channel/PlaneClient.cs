using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Onboarding.Api.Proofs;
using Onboarding.Api.Rpc;
using Onboarding.Client.Errors;
using Onboarding.Client.Keys;

namespace Onboarding.Client.Channel;

/// <summary>The plane's calls, each with its deadline and its proof, failures told as <see cref="OnboardingException"/>.</summary>
internal sealed class PlaneClient(PlaneChannel channel, AgentKey key, TimeProvider time, string agentVersion)
{
    private const string RegisterMethod = "/onboarding.v1alpha1.WorkloadRegistrationService/RegisterWorkload";
    private const string UnregisterMethod = "/onboarding.v1alpha1.WorkloadRegistrationService/UnregisterWorkload";

    // By the monotonic clock and not as a gRPC deadline, which is a time of day: an agent starts while its machine's clock is being set.
    private static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(20);

    public string Address => channel.Address;

    public bool IsVerified => channel.IsVerified;

    /// <inheritdoc cref="PlaneChannel.TrustedBy"/>
    public string TrustedBy => channel.TrustedBy;

    /// <summary>Whom the plane's certificate is for, once it was seen.</summary>
    public string? Certificate => channel.Certificate;

    /// <summary>The agent's key.</summary>
    public AgentPublicKey Key => key.PublicKey;

    /// <summary>What the plane is.</summary>
    public Task<Plane> GetPlaneAsync(CancellationToken cancellationToken) => CallAsync(
        stop => new OnboardingDiscoveryService.OnboardingDiscoveryServiceClient(channel.Invoker)
            .GetPlaneAsync(new GetPlaneRequest { AgentVersion = agentVersion }, cancellationToken: stop),
        cancellationToken);

    /// <summary>Asks for permission to join, with the key's signature over everything that matters.</summary>
    public Task<AuthorizeOnboardingResponse> AuthorizeAsync(
        Plane plane,
        Any credential,
        string groupNamespace,
        string groupName,
        HeldToken? held,
        bool comeBack,
        CancellationToken cancellationToken) =>
        AuthorizeAsync(plane, credential, groupNamespace, groupName, request => request.ComeBack = comeBack, held, cancellationToken);

    /// <summary>Asks whether permission to join would be given.</summary>
    public Task<AuthorizeOnboardingResponse> TryAuthorizeAsync(
        Plane plane,
        Any credential,
        string groupNamespace,
        string groupName,
        CancellationToken cancellationToken) =>
        AuthorizeAsync(plane, credential, groupNamespace, groupName, request => request.DryRun = true, null, cancellationToken);

    // With the token that is about to be renewed, a member isn't made to wait for what others did behind its address.
    private Task<AuthorizeOnboardingResponse> AuthorizeAsync(
        Plane plane,
        Any credential,
        string groupNamespace,
        string groupName,
        Action<AuthorizeOnboardingRequest> complete,
        HeldToken? held,
        CancellationToken cancellationToken)
    {
        byte[] publicKey = key.PublicKey.SubjectPublicKeyInfo.ToArray();
        byte[] statement = Statements.Authorization(plane.Challenge.Span, credential, groupNamespace, groupName, plane.Uid, publicKey);
        var request = new AuthorizeOnboardingRequest
        {
            Credential = credential,
            WorkloadGroup = new NamespacedName { Namespace = groupNamespace, Name = groupName },
            AgentPublicKey = ByteString.CopyFrom(publicKey),
            Challenge = plane.Challenge,
            Signature = ByteString.CopyFrom(key.Sign(statement)),
            InsecureTransport = !channel.IsVerified,
        };
        complete(request);
        Metadata? headers = held is not null && held.PlaneUid == plane.Uid ? Bearer(held) : null;
        return CallAsync(
            stop => new OnboardingAuthorizationService.OnboardingAuthorizationServiceClient(channel.Invoker)
                .AuthorizeOnboardingAsync(request, headers, cancellationToken: stop),
            cancellationToken);
    }

    /// <summary>Puts the workload into the cluster.</summary>
    public Task<RegisterWorkloadResponse> RegisterAsync(
        HeldToken token,
        RegisterWorkloadRequest request,
        CancellationToken cancellationToken)
    {
        // Without a registration uid: the record may have been deleted since, and this call makes it again.
        SignedRequest signed = Sign(RegisterMethod, request, token, registrationUid: "");
        return CallAsync(
            stop => new WorkloadRegistrationService.WorkloadRegistrationServiceClient(channel.Invoker)
                .RegisterWorkloadAsync(signed, Bearer(token), cancellationToken: stop),
            cancellationToken);
    }

    /// <summary>Takes the workload out of the cluster.</summary>
    public Task<UnregisterWorkloadResponse> UnregisterAsync(
        HeldToken token,
        string registrationUid,
        UnregisterWorkloadRequest request,
        CancellationToken cancellationToken)
    {
        SignedRequest signed = Sign(UnregisterMethod, request, token, registrationUid);
        return CallAsync(
            stop => new WorkloadRegistrationService.WorkloadRegistrationServiceClient(channel.Invoker)
                .UnregisterWorkloadAsync(signed, Bearer(token), cancellationToken: stop),
            cancellationToken);
    }

    /// <summary>Opens a session.</summary>
    public AsyncDuplexStreamingCall<AgentMessage, PlaneMessage> Connect(HeldToken token, CancellationToken cancellationToken) =>
        new WorkloadSessionService.WorkloadSessionServiceClient(channel.Invoker)
            .Connect(new CallOptions(headers: Bearer(token), cancellationToken: cancellationToken));

    /// <summary>Answers the first message of a session.</summary>
    public SessionProof ProveSession(ReadOnlySpan<byte> nonce, HeldToken token, string registrationUid) => new()
    {
        Signature = ByteString.CopyFrom(key.Sign(Statements.Session(nonce, token.Value, token.PlaneUid, registrationUid))),
        PublicKey = ByteString.CopyFrom(key.PublicKey.SubjectPublicKeyInfo.Span),
        RegistrationUid = registrationUid,
    };

    /// <summary>What to tell of a failed call.</summary>
    public OnboardingException Explain(RpcException failure) => channel.Explain(failure);

    private static Metadata Bearer(HeldToken token) => new() { { "authorization", $"Bearer {token.Value}" } };

    private SignedRequest Sign(string method, IMessage request, HeldToken token, string registrationUid)
    {
        long now = time.GetUtcNow().ToUnixTimeMilliseconds();
        ByteString payload = request.ToByteString();
        byte[] statement = Statements.Request(method, payload.Span, token.Value, token.PlaneUid, registrationUid, now);
        return new SignedRequest
        {
            Payload = payload,
            Signature = ByteString.CopyFrom(key.Sign(statement)),
            PublicKey = ByteString.CopyFrom(key.PublicKey.SubjectPublicKeyInfo.Span),
            TimeUnixMs = now,
            RegistrationUid = registrationUid,
        };
    }

    private async Task<T> CallAsync<T>(Func<CancellationToken, AsyncUnaryCall<T>> start, CancellationToken cancellationToken)
        where T : IMessage
    {
        using var patience = new CancellationTokenSource(CallTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
        try
        {
            using AsyncUnaryCall<T> call = start(either.Token);
            return PlaneText.Clean(await call);
        }
        catch (RpcException e)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw patience.IsCancellationRequested ? TransportFailure.Explain(new TimeoutException(null, e), Address) : channel.Explain(e);
        }
    }
}
