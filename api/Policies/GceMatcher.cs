using System.Text.Json.Nodes;
using Onboarding.Api.Reading;

namespace Onboarding.Api.Policies;

/// <summary>Matches instances of Google Compute Engine.</summary>
public sealed record GceMatcher
{
    /// <summary>Numeric ids of instances; empty matches any.</summary>
    public IReadOnlyList<string> InstanceIds { get; init; } = [];

    /// <summary>E-mail addresses of service accounts; empty matches any, also instances without one.</summary>
    public IReadOnlyList<string> ServiceAccounts { get; init; } = [];

    internal static GceMatcher Read(MapReader reader) => new()
    {
        InstanceIds = reader.Texts("instanceIds", Checks.Digits),
        ServiceAccounts = reader.Texts("serviceAccounts", Checks.NotEmpty),
    };

    internal JsonObject ToJson() => new JsonObject().With("instanceIds", InstanceIds).With("serviceAccounts", ServiceAccounts);
}
