using System.Text.Json.Nodes;
using Onboarding.Api.Reading;

namespace Onboarding.Api.Configuration;

/// <summary>A variable of a process's environment.</summary>
/// <param name="Name">Its name; not empty, no <c>=</c>.</param>
/// <param name="Value">Its value.</param>
public sealed record EnvironmentVariable(string Name, string Value)
{
    internal static EnvironmentVariable Read(MapReader reader) =>
        new(reader.RequiredText("name", CheckName), reader.Text("value") ?? "");

    internal JsonObject ToJson() => new JsonObject().With("name", Name).With("value", Value);

    private static string? CheckName(string name) =>
        name.Length == 0 ? "must not be empty" : name.Contains('=', StringComparison.Ordinal) ? "must not contain '='" : null;
}
