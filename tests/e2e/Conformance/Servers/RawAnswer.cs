using System.Text.Json.Nodes;
using Shouldly;

namespace Onboarding.Tests.E2E.Conformance.Servers;

/// <summary>An answer in plain HTTP.</summary>
public sealed record RawAnswer(int Code, JsonObject Json, IReadOnlyList<string> Warnings)
{
    /// <summary>The text of a field, by its path; indices count.</summary>
    public string? this[params string[] path] => path.Aggregate(
        (JsonNode?)Json,
        (node, name) => node is JsonArray list ? list[int.Parse(name, null)] : node?[name])?.ToString();

    public RawAnswer Expect(int code)
    {
        Code.ShouldBe(code, Json.ToJsonString());
        return this;
    }
}
