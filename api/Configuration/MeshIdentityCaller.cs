using System.Text.Json.Nodes;
using Onboarding.Api.Reading;

namespace Onboarding.Api.Configuration;

/// <summary>Ours: programs that are given the machine's identity, by what the kernel says of them. What is set must match.</summary>
public sealed record MeshIdentityCaller
{
    // The last one means "no user" to the kernel.
    private const long LargestId = uint.MaxValue - 1L;

    /// <summary>Their user.</summary>
    public long? Uid { get; init; }

    /// <summary>A group they are in: the effective one, or a supplementary one.</summary>
    public long? Gid { get; init; }

    /// <summary>True if it means them.</summary>
    /// <param name="uid">Their effective user.</param>
    /// <param name="gids">Their groups.</param>
    public bool Matches(uint uid, IReadOnlyList<uint> gids)
    {
        ArgumentNullException.ThrowIfNull(gids);
        return (Uid is not null || Gid is not null)
            && (Uid is not { } user || user == uid)
            && (Gid is not { } group || gids.Any(g => g == group));
    }

    internal static MeshIdentityCaller Read(MapReader reader)
    {
        MeshIdentityCaller caller = new() { Uid = reader.Integer("uid", 0, LargestId), Gid = reader.Integer("gid", 0, LargestId) };
        if (!reader.Has("uid") && !reader.Has("gid"))
        {
            // It would be everybody on the machine.
            reader.ErrorHere(ProblemReason.Required, "needs uid, gid or both");
        }

        return caller;
    }

    internal JsonObject ToJson() => new JsonObject().With("uid", Uid).With("gid", Gid);
}
