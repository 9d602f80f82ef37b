using System.Text.Json.Nodes;
using Shouldly;

namespace Onboarding.Tests.Integration.Embedded;

/// <summary>An answer of the API.</summary>
public sealed record ApiAnswer(int Code, string Text, IReadOnlyList<string> Warnings)
{
    public JsonObject Json => JsonNode.Parse(Text)!.AsObject();

    public string? this[params string[] path]
    {
        get
        {
            JsonNode? node = Json;
            foreach (string name in path)
            {
                node = int.TryParse(name, out int index) && node is JsonArray list ? list[index] : node?[name];
            }

            return node?.ToString();
        }
    }

    public ApiAnswer Expect(int code)
    {
        Code.ShouldBe(code, Text);
        return this;
    }

    /// <summary>Expects a refusal with its machine-readable reason.</summary>
    public string Refused(int code, string reason)
    {
        Expect(code)["kind"].ShouldBe("Status");
        this["status"].ShouldBe("Failure");
        this["reason"].ShouldBe(reason);
        this["code"].ShouldBe(code.ToString(System.Globalization.CultureInfo.InvariantCulture));
        return this["message"]!;
    }
}
