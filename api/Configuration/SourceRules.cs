namespace Onboarding.Api.Configuration;

/// <summary>Rules for the addresses of credential sources.</summary>
internal static class SourceRules
{
    private const string UnixScheme = "unix://";

    /// <summary>A Unix socket.</summary>
    public static string? UnixSocket(string value) =>
        value.StartsWith(UnixScheme + "/", StringComparison.Ordinal) && value.Length > UnixScheme.Length + 1
            ? null
            : "must be a socket such as unix:///run/spire/sockets/agent.sock";
}
