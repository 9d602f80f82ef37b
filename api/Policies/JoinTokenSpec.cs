using System.Text.Json.Nodes;
using Onboarding.Api.Reading;

namespace Onboarding.Api.Policies;

/// <summary>What a join token is good for.</summary>
public sealed record JoinTokenSpec
{
    /// <summary>Name of the WorkloadGroup, in the namespace of the JoinToken, that it is good for.</summary>
    public required string WorkloadGroup { get; init; }

    /// <summary>SHA-256 of the whole token, 64 lower-case hex digits (<see cref="JoinTokenText.Hash"/>). The token itself is stored nowhere.</summary>
    public required string TokenSha256 { get; init; }

    /// <summary>When it can't be used any more. Who joined with it before stays.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    internal static JoinTokenSpec Read(MapReader reader)
    {
        DateTimeOffset? expiresAt = reader.Time("expiresAt");
        if (expiresAt is null && !reader.Has("expiresAt"))
        {
            reader.Error("expiresAt", ProblemReason.Required, "is required: a token without an end is a password");
        }

        return new JoinTokenSpec
        {
            WorkloadGroup = reader.RequiredText("workloadGroup"),
            TokenSha256 = reader.RequiredText("tokenSha256", CheckHash),
            ExpiresAt = expiresAt ?? default,
        };
    }

    internal JsonObject ToJson() => new JsonObject()
        .With("workloadGroup", WorkloadGroup)
        .With("tokenSha256", TokenSha256)
        .With("expiresAt", TimeText.Format(ExpiresAt));

    private static string? CheckHash(string value) =>
        value.Length == 64 && value.All(char.IsAsciiHexDigitLower) ? null : "must be a SHA-256 hash: 64 lower-case hex digits";
}
