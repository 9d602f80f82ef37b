using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.DependencyInjection;
using Onboarding.Api.Policies;
using Onboarding.Connections;
using Onboarding.Endpoint.Admissions;
using Onboarding.Endpoint.Authentication;
using Onboarding.Endpoint.Authentication.Anchors;
using Onboarding.Endpoint.Authentication.Aws;
using Onboarding.Endpoint.Authentication.Aws.Requests;
using Onboarding.Endpoint.Authentication.Azure;
using Onboarding.Endpoint.Authentication.Gcp;
using Onboarding.Endpoint.Authentication.JoinTokens;
using Onboarding.Endpoint.Authentication.Jwt;
using Onboarding.Endpoint.Authentication.Kubernetes;
using Onboarding.Endpoint.Authentication.Spiffe;
using Onboarding.Endpoint.Authentication.X509;
using Onboarding.Endpoint.BootConfiguration;
using Onboarding.Endpoint.Calls;
using Onboarding.Endpoint.Discovery;
using Onboarding.Endpoint.Hosting.Connections;
using Onboarding.Endpoint.Hosting.Requests;
using Onboarding.Endpoint.KeyBinding;
using Onboarding.Endpoint.Registration;
using Onboarding.Endpoint.Services;
using Onboarding.Endpoint.Sessions;
using Onboarding.Endpoint.Tokens;
using Onboarding.Plane.Hosting;
using Onboarding.Plane.Registrations;

namespace Onboarding.Endpoint.Hosting;

/// <summary>Puts the endpoint together. Everything is a singleton: what differs between calls is in their arguments.</summary>
internal static partial class EndpointServices
{
    /// <summary>Adds the endpoint's parts in the order of the flow.</summary>
    public static void Add(IServiceCollection services, EndpointOptions options, PlaneEnvironment environment)
    {
        environment.AddTo(services);
        services.AddSingleton(new SessionIdentity(options.Instance));
        services.AddSingleton<RefusalEvents>();
        services.AddSingleton<FailureLimiter>();
        services.AddSingleton<CallsInProgress>();
        services.AddSingleton<WriteBudgets>();
        services.AddSingleton<CallRecords>();
        services.AddSingleton(new CallPatience(options.CallClock));
        services.AddSingleton<CallPipeline>();

        services.AddSingleton(s => new IssuerHttpClient(
            new IssuerAddresses(options.AllowPrivateIssuers, options.AllowLoopbackIssuers), Roots(s, options.IssuerAuthorities)));
        services.AddSingleton<IssuerKeyFetcher>();
        services.AddSingleton<JwtIssuers>();
        services.AddSingleton<ICredentialAuthenticator, JwtAuthenticator>();
        services.AddSingleton(s => new TrustAnchors(AnchorFiles(s, options), options.TimeProvider));
        services.AddSingleton(s => new AwsClient(options.AwsAddress, Roots(s, options.IssuerAuthorities)));
        services.AddSingleton<CallerIdentities>();
        services.AddSingleton<TaskDescriptions>();
        services.AddSingleton<ICredentialAuthenticator, AwsEc2Authenticator>();
        services.AddSingleton<ICredentialAuthenticator, AwsEcsAuthenticator>();
        services.AddSingleton<KeySources>();
        services.AddSingleton<ICredentialAuthenticator, GcpAuthenticator>();
        services.AddSingleton<IntermediateCertificates>();
        services.AddSingleton<SignerCertificate>();
        services.AddSingleton<ICredentialAuthenticator, AzureAuthenticator>();
        services.AddSingleton<ICredentialAuthenticator, KubernetesAuthenticator>();
        services.AddSingleton<ChainVerifier>();
        services.AddSingleton<SpiffeBundles>();
        services.AddSingleton<ICredentialAuthenticator, SpiffeJwtAuthenticator>();
        services.AddSingleton<ICredentialAuthenticator, SpiffeX509Authenticator>();
        services.AddSingleton<TrustedAuthorities>();
        services.AddSingleton<RevocationLists>();
        services.AddSingleton<ICredentialAuthenticator, X509Authenticator>();
        services.AddSingleton(environment.Cluster.Follow<JoinToken>());
        services.AddSingleton<ICredentialAuthenticator, JoinTokenAuthenticator>();
        services.AddSingleton(s => new CredentialAuthenticators([.. s.GetServices<ICredentialAuthenticator>()]));
        services.AddSingleton<CredentialUses>();

        services.AddSingleton<ChallengeIssuer>();
        services.AddSingleton<DiscoveryService>();
        services.AddSingleton<Authorizer>();
        services.AddSingleton<AuthorizationService>();
        services.AddSingleton<BindingWrites>();
        services.AddSingleton<KeyBindings>();
        services.AddSingleton<StayOutGate>();
        services.AddSingleton<JoinTokenGate>();
        services.AddSingleton<MemberAdmission>();
        services.AddSingleton<TokenKeyStore>();
        services.AddSingleton<OnboardingTokenReader>();
        services.AddSingleton<SignedRequestVerifier>();
        services.AddSingleton<CallerAuthenticator>();
        services.AddSingleton<CallEntry>();
        services.AddSingleton<AdmissionGates>();

        services.AddSingleton<GroupSnapshots>();
        services.AddSingleton<Arrivals>();
        services.AddSingleton<MemberRecords>();
        services.AddSingleton<RegistrationService>();
        services.AddSingleton(new MeshState(environment.Cluster));
        services.AddSingleton<MeshSettings>();
        services.AddSingleton<HboneModes>();
        services.AddSingleton<Networks>();
        services.AddSingleton(new GatewayOptions { Service = options.IngressService, ResolveHost = options.ResolveHost });
        services.AddSingleton<GatewayAddresses>();
        services.AddSingleton<BootInputs>();
        services.AddSingleton<IstioTokens>();
        services.AddSingleton<BootConfigurationSource>();
        services.AddSingleton<GroupAdoption>();

        services.AddSingleton<SessionStatusWriter>();
        services.AddSingleton<BootDelivery>();
        services.AddSingleton<SessionRegistry>();
        services.AddSingleton<SessionRenewal>();
        services.AddSingleton<SessionGates>();
        services.AddSingleton<SessionSupplies>();
        services.AddSingleton<SessionRecords>();
        services.AddSingleton<SessionService>();
        services.AddSingleton<InstanceLease>();
        services.AddSingleton<StaleConnections>();
        services.AddSingleton<IdleConnections>();
        services.AddSingleton<EndpointUpkeep>();
        services.AddSingleton<EndpointRunner>();
        services.AddSingleton<EndpointMetrics>();
        services.AddSingleton<CallMetrics>();
    }

    private static ITrustAnchorFiles? AnchorFiles(IServiceProvider services, EndpointOptions options) => options.TrustAnchors switch
    {
        null => null,
        { } place when place.StartsWith("https://", StringComparison.Ordinal) => WebAnchorFiles.At(new Uri(place), Roots(services, options.IssuerAuthorities)),
        { } place => new DirectoryAnchorFiles(Path.GetFullPath(place)),
    };

    // Read at each handshake: the authorities are rotated below a running endpoint.
    private static Func<X509Certificate2Collection>? Roots(IServiceProvider services, string? file)
    {
        if (file is null)
        {
            return null;
        }

        try
        {
            ILogger logger = services.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(EndpointServices));
            return new TrustFile(file, problem => LogTrust(logger, problem)).Certificates;
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException)
        {
            // An empty file must not come to mean "trust no one" silently, nor the system's roots.
            throw new StartException($"--issuer-ca-file {file} can't be used: {e.Message}", e);
        }
    }

    [LoggerMessage(4073, LogLevel.Warning, "--issuer-ca-file: {Problem}")]
    private static partial void LogTrust(ILogger logger, string problem);
}
