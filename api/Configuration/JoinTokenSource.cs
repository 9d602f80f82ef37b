using System.Text.Json.Nodes;
using Onboarding.Api.Reading;

namespace Onboarding.Api.Configuration;

/// <summary>Ours: a join token that an operator made. In a file: a command line or an environment variable is shown to everybody.</summary>
public sealed record JoinTokenSource
{
    private const string DefaultFile = "/etc/onboarding-agent/join-token";

    /// <summary>The token's file. Keep it: with the agent's key it is what renews the membership.</summary>
    public string File { get; init; } = DefaultFile;

    internal static JoinTokenSource Read(MapReader reader) => new() { File = reader.Text("file", Checks.NotEmpty) ?? DefaultFile };

    internal JsonObject ToJson() => new JsonObject().With("file", File == DefaultFile ? null : File);
}
