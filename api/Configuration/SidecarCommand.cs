using System.Text.Json.Nodes;
using Onboarding.Api.Reading;

namespace Onboarding.Api.Configuration;

/// <summary>
/// Ours: a program the agent starts as the sidecar, with <c>ONBOARDING_BOOT_DIRECTORY</c> naming the directory of the current
/// boot configuration.
/// </summary>
public sealed record SidecarCommand
{
    /// <summary>The executable.</summary>
    public required string Path { get; init; }

    /// <summary>Arguments.</summary>
    public IReadOnlyList<string> Args { get; init; } = [];

    /// <summary>Extra environment.</summary>
    public IReadOnlyList<EnvironmentVariable> Env { get; init; } = [];

    /// <summary>How to find out that it is ready; null means it is as soon as it runs.</summary>
    public SidecarReadiness? Readiness { get; init; }

    internal static SidecarCommand Read(MapReader reader) => new()
    {
        Path = reader.RequiredText("path"),
        Args = reader.Texts("args"),
        Env = reader.Messages("env", EnvironmentVariable.Read),
        Readiness = reader.Message("readiness", SidecarReadiness.Read),
    };

    internal JsonObject ToJson() => new JsonObject()
        .With("path", Path)
        .With("args", Args)
        .With("env", Env, variable => variable.ToJson())
        .With("readiness", Readiness?.ToJson());
}
