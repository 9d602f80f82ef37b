using System.Text.Json.Nodes;
using Onboarding.Api.Reading;

namespace Onboarding.Api.Install;

/// <summary>Ours: authentication of EC2 instances.</summary>
public sealed record AwsEc2Settings
{
    private static readonly TimeSpan DefaultMaxInstanceAge = TimeSpan.FromMinutes(10);

    /// <summary>
    /// How long after its start an instance that proves no role may join for the first time; by default 10 min. Its identity document
    /// says nothing about who presents it: the earlier it has to be presented, the less it helps to have overheard it.
    /// </summary>
    public TimeSpan MaxInstanceAge { get; init; } = DefaultMaxInstanceAge;

    internal static AwsEc2Settings Read(MapReader reader) =>
        new() { MaxInstanceAge = reader.Duration("maxInstanceAge", TimeSpan.FromSeconds(1)) ?? DefaultMaxInstanceAge };

    internal JsonObject ToJson() =>
        new JsonObject().With("maxInstanceAge", MaxInstanceAge == DefaultMaxInstanceAge ? null : (TimeSpan?)MaxInstanceAge);
}
