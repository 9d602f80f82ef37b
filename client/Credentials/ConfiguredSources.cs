using Onboarding.Api.Configuration;
using Onboarding.Client.Credentials.Azure;
using Onboarding.Client.Credentials.Files;
using Onboarding.Client.Credentials.Gcp;
using Onboarding.Client.Credentials.Spiffe;

namespace Onboarding.Client.Credentials;

/// <summary>Makes the credential sources that an AgentConfiguration describes by itself.</summary>
internal static class ConfiguredSources
{
    /// <summary>The source; null for one that is none of these.</summary>
    public static ICredentialSource? Create(CredentialSource source, OnboardingAgentOptions options) => source switch
    {
        { Gcp: not null } => new GcpCredentialSource(options.Platform),
        { Azure: { } azure } => new AzureCredentialSource(options.Platform, azure, options.TimeProvider),
        { Kubernetes: { } kubernetes } => new KubernetesCredentialSource(kubernetes),
        { Spiffe: { WorkloadApi: not null, Svid: SpiffeSvid.X509 } spiffe } => new WorkloadApiCertificateSource(spiffe, options.TimeProvider),
        { Spiffe: { WorkloadApi: not null } spiffe } => new WorkloadApiCredentialSource(spiffe, options.TimeProvider),
        { Spiffe: { } spiffe } => new SpiffeFileCredentialSource(spiffe),
        { X509: { } x509 } => new X509CredentialSource(x509),
        { JoinToken: { } token } => new JoinTokenCredentialSource(token),
        _ => null,
    };
}
