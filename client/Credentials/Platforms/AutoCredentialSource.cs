using Microsoft.Extensions.Logging;
using Onboarding.Client.Errors;

namespace Onboarding.Client.Credentials.Platforms;

/// <summary>Finds out the platform, says what it found, and gets the platform's credential.</summary>
internal sealed partial class AutoCredentialSource(
    PlatformDetector detector, Func<Platform, ICredentialSource> sources, ILogger<AutoCredentialSource> logger) : ICredentialSource
{
    private ICredentialSource? _source;

    public string Name => _source?.Name ?? "this machine's platform";

    public async Task<Credential> GetAsync(CredentialRequest request, CancellationToken cancellationToken) =>
        await (_source ??= await FindAsync(cancellationToken)).GetAsync(request, cancellationToken);

    private async Task<ICredentialSource> FindAsync(CancellationToken cancellationToken)
    {
        DetectedPlatform found = await detector.DetectAsync(cancellationToken);
        LogDetected(logger, found.Platform, found.Because);
        return found.Platform != Platform.None ? sources(found.Platform) : throw new OnboardingException(
            ErrorIds.NoCredential,
            $"The AgentConfiguration names no credential source, and this agent found no platform it knows on this machine: {found.Because}.",
            "name a plugin under host.custom.credential in /etc/onboarding-agent/agent.config.yaml, or the platform under host");
    }

    [LoggerMessage(5203, LogLevel.Information, "This machine's platform is {Platform}: {Because}", EventName = "PlatformDetected")]
    private static partial void LogDetected(ILogger logger, Platform platform, string because);
}
