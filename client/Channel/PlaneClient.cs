using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Onboarding.Api.Proofs;
using Onboarding.Api.Rpc;
using Onboarding.Client.Errors;
using Onboarding.Client.Flow;
using Onboarding.Client.Keys;

namespace Onboarding.Client.Channel;

/// <summary>The plane's calls, each with its deadline and its proof, failures told as <see cref="OnboardingException"/>.</summary>
internal sealed class PlaneClient(PlaneChannel channel, AgentKey key, TimeProvider time, string agentVersion)
{
    private const string RegisterMethod = "/onboarding.v1alpha1.WorkloadRegistrationService/RegisterWorkload";
    private const string UnregisterMethod = "/onboarding.v1alpha1.WorkloadRegistrationService/UnregisterWorkload";
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
    public Task<Plane> GetPlaneAsync(CancellationToken cancellationToken) => CallAsync(() =>
        new OnboardingDiscoveryService.OnboardingDiscoveryServiceClient(channel.Invoker)
            .GetPlaneAsync(new GetPlaneRequest { AgentVersion = agentVersion }, Options(cancellationToken)), cancellationToken);

    /// <summary>Asks for leave to join, with the key's signature over everything that matters.</summary>
    public Task<AuthorizeOnboardingResponse> AuthorizeAsync(
        Plane plane,
        Any credential,
        string groupNamespace,
        string groupName,
        HeldToken? held,
        bool comeBack,
        CancellationToken cancellationToken) =>
        AuthorizeAsync(plane, credential, groupNamespace, groupName, request => request.ComeBack = comeBack, held, cancellationToken);

    /// <summary>Asks whether leave to join would be given.</summary>
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
        CallOptions options = held is not null && held.PlaneUid == plane.Uid
            ? Options(cancellationToken).WithHeaders(Bearer(held))
            : Options(cancellationToken);
        return CallAsync(() => new OnboardingAuthorizationService.OnboardingAuthorizationServiceClient(channel.Invoker)
            .AuthorizeOnboardingAsync(request, options), cancellationToken);
    }

    /// <summary>Puts the workload into the cluster.</summary>
    public Task<RegisterWorkloadResponse> RegisterAsync(
        HeldToken token,
        RegisterWorkloadRequest request,
        CancellationToken cancellationToken)
    {
        // Without a registration uid: the record may have been deleted since, and this call makes it anew.
        CallOptions options = Options(cancellationToken).WithHeaders(Proof(RegisterMethod, request, token, registrationUid: ""));
        return CallAsync(() => new WorkloadRegistrationService.WorkloadRegistrationServiceClient(channel.Invoker)
            .RegisterWorkloadAsync(request, options), cancellationToken);
    }

    /// <summary>Takes the workload out of the cluster.</summary>
    public Task<UnregisterWorkloadResponse> UnregisterAsync(
        HeldToken token,
        string registrationUid,
        UnregisterWorkloadRequest request,
        CancellationToken cancellationToken)
    {
        CallOptions options = Options(cancellationToken).WithHeaders(Proof(UnregisterMethod, request, token, registrationUid));
        return CallAsync(() => new WorkloadRegistrationService.WorkloadRegistrationServiceClient(channel.Invoker)
            .UnregisterWorkloadAsync(request, options), cancellationToken);
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

    private CallOptions Options(CancellationToken cancellationToken) =>
        new(deadline: (time.GetUtcNow() + CallTimeout).UtcDateTime, cancellationToken: cancellationToken);

    private Metadata Proof(string method, IMessage request, HeldToken token, string registrationUid)
    {
        long now = time.GetUtcNow().ToUnixTimeMilliseconds();
        byte[] statement = Statements.Request(method, request.ToByteArray(), token.Value, token.PlaneUid, registrationUid, now);
        var proof = new RequestProof
        {
            TimeUnixMs = now,
            PublicKey = ByteString.CopyFrom(key.PublicKey.SubjectPublicKeyInfo.Span),
            Signature = ByteString.CopyFrom(key.Sign(statement)),
            RegistrationUid = registrationUid,
        };
        Metadata headers = Bearer(token);
        headers.Add("onboarding-proof-bin", proof.ToByteArray());
        return headers;
    }

    private async Task<T> CallAsync<T>(Func<AsyncUnaryCall<T>> start, CancellationToken cancellationToken)
    {
        try
        {
            using AsyncUnaryCall<T> call = start();
            return await call;
        }
        catch (RpcException e)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw channel.Explain(e);
        }
    }
}
