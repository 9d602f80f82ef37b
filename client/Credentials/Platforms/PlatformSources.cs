using Onboarding.Api.Configuration;
using Onboarding.Client.Credentials.Aws;
using Onboarding.Client.Credentials.Azure;
using Onboarding.Client.Credentials.Gcp;
using Onboarding.Client.Errors;

namespace Onboarding.Client.Credentials.Platforms;

/// <summary>The credential source of each platform.</summary>
internal sealed class PlatformSources(OnboardingAgentOptions options)
{
    /// <summary>The source of a platform.</summary>
    /// <exception cref="OnboardingException">This agent has none for it.</exception>
    public ICredentialSource Create(Platform platform) => platform switch
    {
        Platform.AwsEc2 => new Ec2CredentialSource(options.Platform, options.TimeProvider),
        Platform.AwsEcs => new EcsCredentialSource(options.Platform, options.TimeProvider),
        Platform.Gcp => new GcpCredentialSource(options.Platform),
        Platform.Azure => new AzureCredentialSource(options.Platform, new AzureSource(), options.TimeProvider),
        _ => throw new OnboardingException(
            ErrorIds.NoCredential,
            $"This machine runs on {platform}, whose credentials this agent can't get by itself.",
            "name a plugin under host.custom.credential in /etc/onboarding-agent/agent.config.yaml"),
    };
}
