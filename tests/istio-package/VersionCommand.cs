using System.Text.Json;
using System.Text.Json.Serialization;

namespace Onboarding.Tests.IstioPackage;

/// <summary><c>pilot-agent version [--short] [-o json]</c>, in the recorded forms.</summary>
internal static class VersionCommand
{
    /// <summary>What this build calls itself: a release by its number, a build from source by <c>unknown</c>.</summary>
    public static string Version => Environment.GetEnvironmentVariable("ISTIO_PACKAGE_VERSION") ?? "1.31.0";

    public static int Run(string[] arguments)
    {
        Console.WriteLine(arguments switch
        {
            ["-o", "json"] => Json(),
            ["--short" or "-s"] => $"client version: {Version}",
            _ => $$"""client version: version.BuildInfo{Version:"{{Version}}", GitRevision:"unknown", GolangVersion:"go1.26.8", BuildStatus:"unknown", GitTag:"unknown"}""",
        });
        return 0;
    }

    private static string Json() => JsonSerializer.Serialize(new Answer(new Build(Version, "unknown", "go1.26.8", "unknown", "unknown")), Indented);

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    private sealed record Answer([property: JsonPropertyName("clientVersion")] Build ClientVersion);

    private sealed record Build(
        [property: JsonPropertyName("version")] string Version,
        [property: JsonPropertyName("revision")] string Revision,
        [property: JsonPropertyName("golang_version")] string GolangVersion,
        [property: JsonPropertyName("status")] string Status,
        [property: JsonPropertyName("tag")] string Tag);
}
