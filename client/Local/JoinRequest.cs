using Onboarding.Client.Ownership;

namespace Onboarding.Client.Local;

/// <summary>What this machine shall join, as a person says it.</summary>
public sealed record JoinRequest
{
    /// <summary>An OnboardingConfiguration; null to make one of the other values, or for the default one where there are none.</summary>
    public string? ConfigurationPath { get; init; }

    /// <summary>An AgentConfiguration; null for the default one, or what the other values say.</summary>
    public string? AgentConfigurationPath { get; init; }

    /// <summary>The plane: <c>host</c>, <c>host:port</c> or <c>https://host:port</c>.</summary>
    public string? Endpoint { get; init; }

    /// <summary>Namespace of the group.</summary>
    public string? Namespace { get; init; }

    /// <summary>Name of the group.</summary>
    public string? WorkloadGroup { get; init; }

    /// <summary>Name the plane's certificate must have, if it isn't the endpoint's host.</summary>
    public string? ServerName { get; init; }

    /// <summary>Authorities to trust instead of the machine's.</summary>
    public string? CertificateAuthorityPath { get; init; }

    /// <summary>Program that gives the credential.</summary>
    public string? CredentialPlugin { get; init; }

    /// <summary>File with a join token.</summary>
    public string? TokenPath { get; init; }

    /// <summary>A join token that came from a vault.</summary>
    public JoinSecret? Token { get; init; }

    /// <summary>Labels added to the WorkloadEntry.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    /// <summary>How the workload is reached: <c>Vpc</c> or <c>Internet</c>; null for what the configuration says.</summary>
    public string? ConnectedOver { get; init; }

    /// <summary>Who shall own the session: <c>Auto</c>, <c>Service</c> or <c>Process</c>.</summary>
    public string Session { get; init; } = nameof(SessionPreference.Auto);

    /// <summary>Start the sidecar, too.</summary>
    public bool StartSidecar { get; init; }

    /// <summary>Leave first, if the machine is in.</summary>
    public bool Force { get; init; }

    /// <summary>State directory; null for the usual one.</summary>
    public string? StateDirectory { get; init; }

    internal SessionPreference Preference => Enum.Parse<SessionPreference>(Session, ignoreCase: true);
}

/// <summary>A secret on its way to where it is kept. Not a string: that is what ends up in a log or a record's text by mistake.</summary>
public sealed class JoinSecret
{
    private readonly string _value;

    /// <summary>Makes one.</summary>
    /// <param name="value">The secret.</param>
    public JoinSecret(string value) => _value = value;

    /// <inheritdoc />
    public override string ToString() => "(secret)";

    internal string Reveal() => _value;
}
