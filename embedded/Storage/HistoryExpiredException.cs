namespace Onboarding.Embedded.Storage;

/// <summary>The requested version is older than what is kept.</summary>
internal sealed class HistoryExpiredException(long requested, long oldest)
    : Exception($"too old resource version: {requested} ({oldest})");
