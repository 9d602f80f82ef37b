using System.Text.Json.Nodes;
using Onboarding.Api.Reading;

namespace Onboarding.Api.Identity;

/// <summary>A pod.</summary>
/// <param name="Name">Its name; may be used again after it.</param>
/// <param name="Uid">Its uid; is never used again.</param>
public sealed record KubernetesPod(string Name, string Uid)
{
    internal static KubernetesPod Read(MapReader reader) => new(reader.RequiredText("name", Checks.DnsSubdomain), reader.RequiredText("uid"));

    internal JsonObject ToJson() => new JsonObject().With("name", Name).With("uid", Uid);
}
