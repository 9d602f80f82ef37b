using System.Text.Json.Nodes;
using Onboarding.Api.Reading;

namespace Onboarding.Api.Configuration;

/// <summary>An executable the agent asks (docs/reference/plugins.md).</summary>
public sealed record PluginConfiguration
{
    /// <summary>Name for messages, and part of the default path.</summary>
    public required string Name { get; init; }

    /// <summary>The executable; null means <see cref="DefaultExecutable"/> on <c>PATH</c>.</summary>
    public string? Path { get; init; }

    /// <summary>Extra environment.</summary>
    public IReadOnlyList<EnvironmentVariable> Env { get; init; } = [];

    /// <summary>Arguments.</summary>
    public IReadOnlyList<string> Args { get; init; } = [];

    /// <summary>Name of the executable that is looked for where no path is set.</summary>
    public string DefaultExecutable => $"onboarding-agent-{Name}-plugin";

    internal static PluginConfiguration Read(MapReader reader) => new()
    {
        Name = reader.RequiredText("name"),
        Path = reader.OptionalText("path", Checks.NotEmpty),
        Env = reader.Messages("env", EnvironmentVariable.Read),
        Args = reader.Texts("args", Checks.NotEmpty),
    };

    internal JsonObject ToJson() => new JsonObject()
        .With("name", Name)
        .With("path", Path)
        .With("env", Env, variable => variable.ToJson())
        .With("args", Args);
}
