using System.Text.Json.Nodes;
using Onboarding.Api.Reading;

namespace Onboarding.Api.Runtime;

/// <summary>Ours: the latest session of a registration.</summary>
public sealed record SessionStatus
{
    /// <summary>Number of the session for this registration; rises by one with each. Two machines that claim one are a copied disk.</summary>
    public long Epoch { get; init; }

    /// <summary>
    /// Its id in the endpoint's log; null if an endpoint of before 0.2 wrote it. An agent that is cut off before it could store the epoch gets
    /// that once more, and then only this tells the two sessions apart.
    /// </summary>
    public string? Id { get; init; }

    /// <summary>When it was established.</summary>
    public DateTimeOffset? EstablishedAt { get; init; }

    /// <summary>When it ended, if it did.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>The policy that admitted the member when it was established; null if none did, as its decision was kept.</summary>
    public string? Policy { get; init; }

    /// <summary>Who the member was in the mesh when it was established.</summary>
    public string? SpiffeId { get; init; }

    internal static SessionStatus? FromJson(JsonObject? json) => json is null ? null : new SessionStatus
    {
        Epoch = json.IntegerOf("epoch") ?? 0,
        Id = json.TextOf("id"),
        EstablishedAt = json.TimeOf("establishedAt"),
        EndedAt = json.TimeOf("endedAt"),
        Policy = json.TextOf("policy"),
        SpiffeId = json.TextOf("spiffeId"),
    };

    internal JsonObject ToJson() => new JsonObject()
        .With("epoch", (long?)Epoch)
        .With("id", Id)
        .With("establishedAt", EstablishedAt)
        .With("endedAt", EndedAt)
        .With("policy", Policy)
        .With("spiffeId", SpiffeId);
}
