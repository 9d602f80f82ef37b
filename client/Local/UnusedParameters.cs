using Onboarding.Client.Configuration;

namespace Onboarding.Client.Local;

/// <summary>
/// What a person said that a running session can't be told: who the machine is, whom it trusts and what it registers with stand in files
/// that only its administrator writes. Someone who gives a token and isn't told would take the machine for another one than it is.
/// </summary>
internal static class UnusedParameters
{
    /// <summary>Each of them, with where its value is in the files of the one that joins.</summary>
    public static IReadOnlyList<(string Name, string Place)> Find(JoinRequest request)
    {
        const string Credential = $"host.custom.credential in {ConfigurationPaths.DefaultAgent}";
        const string Tls = "onboardingEndpoint.transportSecurity.tls";
        (string Name, string Place, bool IsGiven)[] all =
        [
            ("-TokenPath", Credential, request.TokenPath is not null),
            ("-TokenSecretName", Credential, request.Token is not null),
            ("-CredentialPlugin", Credential, request.CredentialPlugin is not null),
            ("-CertificateAuthorityPath", $"{Tls}.caFile in {ConfigurationPaths.DefaultOnboarding}", request.CertificateAuthorityPath is not null),
            ("-ServerName", $"{Tls}.sni in {ConfigurationPaths.DefaultOnboarding}", request.ServerName is not null),
            ("-Label", $"workload.labels in {ConfigurationPaths.DefaultOnboarding}", request.Labels.Count > 0),
            ("-ConnectedOver", $"settings.connectedOver in {ConfigurationPaths.DefaultOnboarding}", request.ConnectedOver is not null),
        ];
        return [.. all.Where(p => p.IsGiven).Select(p => (p.Name, p.Place))];
    }

    /// <summary>What to tell someone whose join the agent service takes over; null if nothing was lost.</summary>
    public static string? ByService(JoinRequest request) => Find(request) is { Count: > 0 } unused
        ? $"The agent service joins with what its own configuration says; it isn't told {Names(unused)}. To have it: set {Places(unused)}, then: sudo systemctl restart onboarding-agent. To join from this process instead: stop the service, and -Session Process."
        : null;

    /// <summary>What to tell someone whose machine is in already; null if nothing was lost.</summary>
    public static string? ByExistingSession(JoinRequest request) => Find(request) is { Count: > 0 } unused
        ? $"The machine is in the mesh already, and stays as it joined: {Names(unused)} changed nothing. To rejoin with it: Register-MeshWorkload -Force."
        : null;

    private static string Names(IReadOnlyList<(string Name, string Place)> unused) => List(unused.Select(p => p.Name));

    private static string Places(IReadOnlyList<(string Name, string Place)> unused) => List(unused.Select(p => p.Place).Distinct());

    private static string List(IEnumerable<string> parts) => string.Join(", ", parts);
}
