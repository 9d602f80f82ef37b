using System.Security.Cryptography;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Grpc.Net.Client;
using Onboarding.Api.Proofs;
using Onboarding.Api.Rpc;
using Rpc = Onboarding.Api.Rpc;

namespace Onboarding.Bench.Joins;

/// <summary>
/// A machine with its key: what an agent does from its first connection to its boot configuration. Sessions stay open, as agents' do:
/// leaving isn't part of joining.
/// </summary>
internal sealed class BenchMember(BenchIssuer issuer, string subject) : IDisposable
{
    private const string RegisterMethod = "/onboarding.v1alpha1.WorkloadRegistrationService/RegisterWorkload";

    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private GrpcChannel? _channel;
    private AsyncDuplexStreamingCall<AgentMessage, PlaneMessage>? _session;
    private long _epoch;

    /// <summary>Joins, or joins again, over a connection that is its own from now on.</summary>
    public async Task JoinAsync(GrpcChannel channel)
    {
        Leave();
        _channel = channel;
        byte[] publicKey = _key.ExportSubjectPublicKeyInfo();
        (Rpc.Plane plane, AuthorizeOnboardingResponse authorized) = await AuthorizeAsync(channel);

        Metadata bearer = new() { { "authorization", $"Bearer {authorized.Token}" } };
        RegisterWorkloadResponse registered = await RegisterAsync(channel, plane.Uid, authorized.Token);
        _session = new WorkloadSessionService.WorkloadSessionServiceClient(channel).Connect(bearer);
        await OpenSessionAsync(_session, publicKey, authorized.Token, plane.Uid, registered.RegistrationUid);
    }

    /// <summary>Asks to be admitted.</summary>
    public async Task<(Rpc.Plane Plane, AuthorizeOnboardingResponse Authorized)> AuthorizeAsync(GrpcChannel channel)
    {
        byte[] publicKey = _key.ExportSubjectPublicKeyInfo();
        Rpc.Plane plane = await new OnboardingDiscoveryService.OnboardingDiscoveryServiceClient(channel).GetPlaneAsync(new GetPlaneRequest());
        Any credential = Any.Pack(new JwtCredential { Token = issuer.Issue(subject, plane.Uid) });
        return (plane, await new OnboardingAuthorizationService.OnboardingAuthorizationServiceClient(channel).AuthorizeOnboardingAsync(
            new AuthorizeOnboardingRequest
            {
                Credential = credential,
                WorkloadGroup = new NamespacedName { Namespace = BenchMesh.Namespace, Name = BenchMesh.Group },
                AgentPublicKey = ByteString.CopyFrom(publicKey),
                Challenge = plane.Challenge,
                Signature = Sign(_key, Statements.Authorization(
                    plane.Challenge.Span, credential, BenchMesh.Namespace, BenchMesh.Group, plane.Uid, publicKey)),
            }));
    }

    /// <summary>Registers, at an address of its choice.</summary>
    public async Task<RegisterWorkloadResponse> RegisterAsync(GrpcChannel channel, string planeUid, string token, string ip = "10.1.2.3") =>
        await new WorkloadRegistrationService.WorkloadRegistrationServiceClient(channel).RegisterWorkloadAsync(
            Sign(_key, _key.ExportSubjectPublicKeyInfo(), Registration(ip), token, planeUid),
            new Metadata { { "authorization", $"Bearer {token}" } });

    /// <summary>Waits for the next boot configuration, or what of it a running sidecar takes over.</summary>
    public async Task InformedAsync(CancellationToken cancellationToken)
    {
        while (await _session!.ResponseStream.MoveNext(cancellationToken))
        {
            if (_session.ResponseStream.Current.MessageCase is PlaneMessage.MessageOneofCase.BootConfiguration or PlaneMessage.MessageOneofCase.LiveConfiguration)
            {
                return;
            }
        }

        throw new InvalidOperationException("The session ended.");
    }

    /// <summary>Hangs up.</summary>
    public void Leave()
    {
        _session?.Dispose();
        _channel?.Dispose();
        (_session, _channel) = (null, null);
    }

    public void Dispose()
    {
        Leave();
        _key.Dispose();
    }

    private async Task OpenSessionAsync(
        AsyncDuplexStreamingCall<AgentMessage, PlaneMessage> session, byte[] publicKey, string token, string planeUid, string uid)
    {
        while (await session.ResponseStream.MoveNext(CancellationToken.None))
        {
            PlaneMessage message = session.ResponseStream.Current;
            switch (message.MessageCase)
            {
                case PlaneMessage.MessageOneofCase.Challenge:
                    var proof = new SessionProof
                    {
                        PublicKey = ByteString.CopyFrom(publicKey),
                        RegistrationUid = uid,
                        Epoch = _epoch,
                        Signature = Sign(_key, Statements.Session(message.Challenge.Nonce.Span, token, planeUid, uid)),
                    };
                    await session.RequestStream.WriteAsync(new AgentMessage { Proof = proof });
                    break;
                case PlaneMessage.MessageOneofCase.Established:
                    _epoch = message.Established.Epoch;
                    await session.RequestStream.WriteAsync(new AgentMessage { EpochStored = new EpochStored { Epoch = _epoch } });
                    break;
                case PlaneMessage.MessageOneofCase.BootConfiguration:
                    return;
                default:
                    break;
            }
        }

        throw new InvalidOperationException("The session ended before the boot configuration came.");
    }

    private static SignedRequest Sign(ECDsa key, byte[] publicKey, RegisterWorkloadRequest request, string token, string planeUid)
    {
        long time = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        ByteString payload = request.ToByteString();
        return new SignedRequest
        {
            Payload = payload,
            Signature = Sign(key, Statements.Request(RegisterMethod, payload.Span, token, planeUid, "", time)),
            PublicKey = ByteString.CopyFrom(publicKey),
            TimeUnixMs = time,
        };
    }

    private static ByteString Sign(ECDsa key, byte[] statement) => ByteString.CopyFrom(
        key.SignData(statement, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation));

    private static RegisterWorkloadRequest Registration(string ip) => new()
    {
        Registration = new Registration
        {
            Agent = new AgentInfo { Version = "bench" },
            Sidecar = new SidecarInfo { Istio = new IstioSidecarInfo { Version = "bench" } },
            Host = new HostInfo { Addresses = { new Address { Ip = ip, Type = AddressType.Vpc } } },
        },
    };
}
