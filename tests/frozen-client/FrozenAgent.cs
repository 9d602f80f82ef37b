using System.Security.Cryptography;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Grpc.Net.Client;
using Onboarding.Tests.FrozenClient.Rpc;

namespace Onboarding.Tests.FrozenClient;

/// <summary>
/// An agent of the last release: joins, holds a session, leaves. It shares no code with today's client, because what it proves is that an
/// endpoint goes on serving machines that no one has upgraded yet.
/// </summary>
/// <param name="channel">The way to the endpoint.</param>
/// <param name="groupNamespace">Namespace of the group to join.</param>
/// <param name="groupName">Name of the group to join.</param>
/// <param name="jwt">Makes a JWT for an audience.</param>
public sealed class FrozenAgent(GrpcChannel channel, string groupNamespace, string groupName, Func<string, string> jwt) : IDisposable
{
    private const string Service = "/onboarding.v1alpha1.WorkloadRegistrationService/";
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private AsyncDuplexStreamingCall<AgentMessage, PlaneMessage>? _session;
    private string _planeUid = "";
    private string _token = "";
    private string _registrationUid = "";

    private ByteString PublicKey => ByteString.CopyFrom(_key.ExportSubjectPublicKeyInfo());

    private Metadata Bearer => new() { { "authorization", $"Bearer {_token}" } };

    /// <summary>GetPlane and AuthorizeOnboarding.</summary>
    public async Task<AuthorizeOnboardingResponse> AuthorizeAsync()
    {
        Plane plane = await new OnboardingDiscoveryService.OnboardingDiscoveryServiceClient(channel)
            .GetPlaneAsync(new GetPlaneRequest { AgentVersion = "frozen" });
        _planeUid = plane.Uid;
        Any credential = Any.Pack(new JwtCredential { Token = jwt(plane.Uid) });
        byte[] statement = new FrozenStatement("onboarding.v1alpha1/authorize")
            .Add(plane.Challenge.Span)
            .AddHash(new FrozenStatement("credential").Add(credential.TypeUrl).Add(credential.Value.Span).ToArray())
            .Add(groupNamespace).Add(groupName).Add(plane.Uid).Add(PublicKey.Span)
            .ToArray();
        AuthorizeOnboardingResponse authorized = await new OnboardingAuthorizationService.OnboardingAuthorizationServiceClient(channel)
            .AuthorizeOnboardingAsync(new AuthorizeOnboardingRequest
            {
                Credential = credential,
                WorkloadGroup = new NamespacedName { Namespace = groupNamespace, Name = groupName },
                AgentPublicKey = PublicKey,
                Challenge = plane.Challenge,
                Signature = Sign(statement),
            });
        _token = authorized.Token;
        return authorized;
    }

    /// <summary>RegisterWorkload.</summary>
    public async Task<RegisterWorkloadResponse> RegisterAsync(string address)
    {
        var request = new RegisterWorkloadRequest
        {
            Registration = new Registration
            {
                Agent = new AgentInfo { Version = "frozen" },
                Sidecar = new SidecarInfo { Istio = new IstioSidecarInfo { Version = "1.32.0" } },
                Host = new HostInfo { Addresses = { new Address { Ip = address, Type = AddressType.Vpc } } },
            },
        };
        RegisterWorkloadResponse registered = await new WorkloadRegistrationService.WorkloadRegistrationServiceClient(channel)
            .RegisterWorkloadAsync(Sign("RegisterWorkload", request), Bearer);
        _registrationUid = registered.RegistrationUid;
        return registered;
    }

    /// <summary>Connect, up to the boot configuration; the session stays open.</summary>
    public async Task<BootConfiguration> ConnectAsync(CancellationToken cancellationToken)
    {
        _session = new WorkloadSessionService.WorkloadSessionServiceClient(channel).Connect(Bearer, cancellationToken: cancellationToken);
        byte[] nonce = (await NextAsync(PlaneMessage.MessageOneofCase.Challenge, cancellationToken)).Challenge.Nonce.ToByteArray();
        byte[] statement = new FrozenStatement("onboarding.v1alpha1/session")
            .Add(nonce).AddHash(_token).Add(_planeUid).Add(_registrationUid).ToArray();
        var proof = new SessionProof { Signature = Sign(statement), PublicKey = PublicKey, RegistrationUid = _registrationUid };
        await _session.RequestStream.WriteAsync(new AgentMessage { Proof = proof }, cancellationToken);
        SessionEstablished established = (await NextAsync(PlaneMessage.MessageOneofCase.Established, cancellationToken)).Established;
        await _session.RequestStream.WriteAsync(
            new AgentMessage { EpochStored = new EpochStored { Epoch = established.Epoch } }, cancellationToken);
        return (await NextAsync(PlaneMessage.MessageOneofCase.BootConfiguration, cancellationToken)).BootConfiguration;
    }

    /// <summary>Says what became of the boot configuration, renews the token in the session, and waits until the plane took it.</summary>
    public async Task RenewAsync(BootConfiguration boot, CancellationToken cancellationToken)
    {
        await _session!.RequestStream.WriteAsync(
            new AgentMessage
            {
                BootConfigurationStatus = new BootConfigurationStatus { Generation = boot.Version.Generation, SidecarRestarted = true },
            },
            cancellationToken);
        await _session.RequestStream.WriteAsync(
            new AgentMessage { Health = new HealthReport { Sidecar = SidecarState.Ready, SidecarReady = true, CoreHash = boot.Version.CoreHash } },
            cancellationToken);
        AuthorizeOnboardingResponse renewed = await AuthorizeAsync();
        await _session.RequestStream.WriteAsync(
            new AgentMessage { Token = new OnboardingToken { Token = renewed.Token } }, cancellationToken);
        await NextAsync(PlaneMessage.MessageOneofCase.TokenAccepted, cancellationToken);
    }

    /// <summary>UnregisterWorkload.</summary>
    public async Task<UnregisterWorkloadResponse> UnregisterAsync() =>
        await new WorkloadRegistrationService.WorkloadRegistrationServiceClient(channel)
            .UnregisterWorkloadAsync(Sign("UnregisterWorkload", new UnregisterWorkloadRequest { Reason = "frozen" }), Bearer);

    public void Dispose()
    {
        _session?.Dispose();
        _key.Dispose();
    }

    private async Task<PlaneMessage> NextAsync(PlaneMessage.MessageOneofCase kind, CancellationToken cancellationToken)
    {
        while (await _session!.ResponseStream.MoveNext(cancellationToken))
        {
            if (_session.ResponseStream.Current.MessageCase == kind)
            {
                return _session.ResponseStream.Current;
            }
        }

        throw new InvalidOperationException($"The session ended before {kind} came.");
    }

    private SignedRequest Sign(string method, IMessage request)
    {
        long time = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        ByteString payload = request.ToByteString();
        byte[] statement = new FrozenStatement("onboarding.v1alpha1/request")
            .Add(Service + method).AddHash(payload.Span).AddHash(_token).Add(_planeUid).Add(_registrationUid).Add(time).ToArray();
        return new SignedRequest
        {
            Payload = payload,
            Signature = Sign(statement),
            PublicKey = PublicKey,
            TimeUnixMs = time,
            RegistrationUid = _registrationUid,
        };
    }

    private ByteString Sign(byte[] statement) => ByteString.CopyFrom(
        _key.SignData(statement, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation));
}
