namespace Onboarding.Client.Credentials.Platforms;

/// <summary>What was found out about the machine's platform.</summary>
/// <param name="Platform">The platform.</param>
/// <param name="Because">By what; for people.</param>
internal sealed record DetectedPlatform(Platform Platform, string Because);
