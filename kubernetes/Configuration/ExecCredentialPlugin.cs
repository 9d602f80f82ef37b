using System.Text;
using System.Text.Json.Nodes;

namespace Onboarding.Kubernetes;

/// <summary>A program that makes credentials (<c>users[].user.exec</c>).</summary>
public sealed record ExecCredentialPlugin
{
    /// <summary><c>client.authentication.k8s.io/v1</c> or <c>…/v1beta1</c>.</summary>
    public required string ApiVersion { get; init; }

    /// <summary>The program: a name to look up on PATH, or a path.</summary>
    public required string Command { get; init; }

    /// <summary>Its arguments.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>Environment variables beside those of this process.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Environment { get; init; } = [];

    /// <summary>How to get the program, shown if it isn't there.</summary>
    public string? InstallHint { get; init; }

    /// <summary>What the program is told about the cluster (<c>spec.cluster</c>); null for nothing.</summary>
    public JsonObject? Cluster { get; init; }

    /// <summary>Time the program may take; less than a request, which waits for it.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    // Arguments and environment of such plugins may hold secrets.
    private bool PrintMembers(StringBuilder builder)
    {
        builder.Append(Command);
        return true;
    }
}
