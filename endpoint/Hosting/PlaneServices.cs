using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.DependencyInjection;
using Onboarding.Endpoint.Audit;
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
using Onboarding.Endpoint.Authorization;
using Onboarding.Endpoint.BootConfiguration;
using Onboarding.Endpoint.Cluster;
using Onboarding.Endpoint.Discovery;
using Onboarding.Endpoint.Events;
using Onboarding.Endpoint.KeyBinding;
using Onboarding.Endpoint.Refusals;
using Onboarding.Endpoint.Registration;
using Onboarding.Endpoint.Rollouts;
using Onboarding.Endpoint.Sessions;
using Onboarding.Endpoint.Tokens;
using Onboarding.Kubernetes;

namespace Onboarding.Endpoint.Hosting;

/// <summary>Puts the plane together. Everything is a singleton: what differs between calls is in their arguments.</summary>
internal static class PlaneServices
{
    /// <summary>Adds the plane's parts in the order of the flow.</summary>
    public static void Add(IServiceCollection services, EndpointOptions options, ClusterClient cluster, IAuditSink auditSink)
    {
        string ns = options.Namespace;
        services.AddSingleton(options.TimeProvider);
        services.AddSingleton(cluster.Resources);
        services.AddSingleton(cluster.Operations);
        services.AddSingleton(new ClusterState(cluster.Resources, ns));

        services.AddSingleton(auditSink);
        services.AddSingleton<AuditLog>();
        services.AddSingleton<EventWriter>();
        services.AddSingleton(s => Create<RefusalEvents>(s, ns));
        services.AddSingleton<FailureLimiter>();
        services.AddSingleton<CallsInProgress>();
        services.AddSingleton<IdentityLimiter>();
        services.AddSingleton(new CallPatience(options.CallClock));
        services.AddSingleton<CallPipeline>();

        services.AddSingleton(_ => new IssuerHttpClient(
            new IssuerAddresses(options.AllowPrivateIssuers, options.AllowLoopbackIssuers), Roots(options.IssuerAuthorities)));
        services.AddSingleton<IssuerKeyFetcher>();
        services.AddSingleton<JwtIssuers>();
        services.AddSingleton<ICredentialAuthenticator, JwtAuthenticator>();
        services.AddSingleton(s => new TrustAnchors(AnchorFiles(options), options.TimeProvider));
        services.AddSingleton(_ => new AwsClient(options.AwsAddress, Roots(options.IssuerAuthorities)));
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
        services.AddSingleton<ICredentialAuthenticator, JoinTokenAuthenticator>();
        services.AddSingleton(s => new CredentialTypes([.. s.GetServices<ICredentialAuthenticator>()]));
        services.AddSingleton(s => Create<CredentialUses>(s, ns));
        services.AddSingleton<PolicyIdentity>();
        services.AddSingleton(s => Create<PlaneConfiguration>(s, ns));

        services.AddSingleton<ChallengeIssuer>();
        services.AddSingleton<DiscoveryService>();
        services.AddSingleton<Members>();
        services.AddSingleton<Authorizer>();
        services.AddSingleton<AuthorizationService>();
        services.AddSingleton<BindingWrites>();
        services.AddSingleton(s => Create<KeyBindings>(s, ns));
        services.AddSingleton(s => Create<StayOutGate>(s, ns));
        services.AddSingleton(s => Create<TokenKeyStore>(s, ns));
        services.AddSingleton<OnboardingTokenReader>();
        services.AddSingleton<SignedRequestVerifier>();
        services.AddSingleton<CallerAuthenticator>();

        services.AddSingleton(new AddressRules(options.AllowLoopbackAddresses || options.Embedded));
        services.AddSingleton<GroupSnapshots>();
        services.AddSingleton<RegistrationStore>();
        services.AddSingleton<Arrivals>();
        services.AddSingleton<RegistrationService>();
        services.AddSingleton(s => new MeshSettings(s.GetRequiredService<ClusterState>(), ns));
        services.AddSingleton(s => new Networks(s.GetRequiredService<ClusterState>(), ns));
        services.AddSingleton(s => ActivatorUtilities.CreateInstance<GatewayAddresses>(s, options.ResolveHost, ns, options.IngressService));
        services.AddSingleton<BootInputs>();
        services.AddSingleton<BootConfigurationSource>();
        services.AddSingleton<GroupAdoption>();

        services.AddSingleton(new SessionIdentity(options.Instance));
        services.AddSingleton(s => Create<SessionStatusWriter>(s, options.Instance));
        services.AddSingleton<BootDelivery>();
        services.AddSingleton<SessionRegistry>();
        services.AddSingleton<SessionRenewal>();
        services.AddSingleton<SessionService>();
        services.AddSingleton(s => ActivatorUtilities.CreateInstance<InstanceLease>(s, ns, options.Instance));
        services.AddSingleton(s => Create<StaleConnections>(s, options.Instance));
        services.AddSingleton(s => Create<LostAgents>(s, ns));
        services.AddSingleton(s => Create<UnregisteredMembers>(s, ns));
        services.AddSingleton(s => Create<AbandonedLeases>(s, ns));
        services.AddSingleton(s => Create<RolloutController>(s, ns));
        services.AddSingleton<RevocationReports>();
        services.AddSingleton<RevokedMembers>();
        services.AddSingleton<PolicyStatusWriter>();
        services.AddSingleton(s => ActivatorUtilities.CreateInstance<ExpiredBindings>(
            s, ns, () => s.GetRequiredService<PlaneConfiguration>().Current?.Spec.KeyBinding.Retention));
        services.AddSingleton<LoopSupervisor>();
        services.AddSingleton(s => ActivatorUtilities.CreateInstance<PlaneRunner>(s, ns, options.Instance));
    }

    private static T Create<T>(IServiceProvider services, string text) => ActivatorUtilities.CreateInstance<T>(services, text);

    private static ITrustAnchorFiles? AnchorFiles(EndpointOptions options) => options.TrustAnchors switch
    {
        null => null,
        { } place when place.StartsWith("https://", StringComparison.Ordinal) => WebAnchorFiles.At(new Uri(place), Roots(options.IssuerAuthorities)),
        { } place => new DirectoryAnchorFiles(Path.GetFullPath(place)),
    };

    private static X509Certificate2Collection? Roots(string? file)
    {
        if (file is null)
        {
            return null;
        }

        var roots = new X509Certificate2Collection();
        try
        {
            roots.ImportFromPemFile(file);
        }
        catch (Exception e) when (e is System.Security.Cryptography.CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new EndpointStartException($"--issuer-ca-file {file} can't be read: {e.Message}", e);
        }

        // An empty file must not come to mean "trust nobody" silently, nor the system's roots.
        return roots.Count > 0 ? roots : throw new EndpointStartException($"--issuer-ca-file {file} has no certificate in it.");
    }
}
