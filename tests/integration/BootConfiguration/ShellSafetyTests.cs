using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using Onboarding.BootConfiguration;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Integration.BootConfiguration;

public sealed class ShellSafetyTests
{
    private static readonly string[] Atoms =
    [
        "'", "\"", "\\", "\n", "\t", " ", "$", "$(", ")", "`", "touch pwned", "$(touch pwned)", "`touch pwned`", ";touch pwned;", "&", "|",
        "<", ">", "*", "?", "[", "]", "{", "}", "~", "!", "#", "=", "%", "w", "a", "Z", "0", "_", "-", ".", "/", "é", "\U0001F600", "'\"'\"'",
        "\r", "${IFS}", "\\\n", "''", "\u0001", "\u007f",
    ];

    public static IEnumerable<object[]> Shells => new[] { "/bin/sh", "/bin/dash", "/bin/bash", "/bin/busybox" }
        .Where(File.Exists)
        .Select(s => new object[] { s });

    [Theory]
    [MemberData(nameof(Shells))]
    public async Task A_shell_reads_back_exactly_what_was_written_and_runs_nothing(string shell)
    {
        const int seed = 20260102;
        var random = new Random(seed);
        var values = Enumerable.Range(0, 300).ToDictionary(i => $"X{i}", _ => Value(random), StringComparer.Ordinal);
        using var directory = new TemporaryDirectory();
        Dictionary<string, string> labels = Values(random, "label");
        Dictionary<string, string> ofTemplate = Values(random, "other");
        Dictionary<string, string> ofMesh = Values(random, "M");
        Dictionary<string, string> ofAnnotation = Values(random, "A");
        string clusterEnv = Generated.From(
            Written(Proxy("defaultConfig", ofMesh)),
            with: i => i with
            {
                WorkloadGroup = WorkloadGroupSource.FromApiServer(Group(labels, ofTemplate, ofAnnotation)),
                ExtraMetadata = values,
            }).ClusterEnv;
        await File.WriteAllTextAsync(directory["cluster.env"], clusterEnv, new UTF8Encoding(false));

        Dictionary<string, string> read = await SourceAsync(shell, directory);

        foreach ((string name, string value) in values.Concat(ofMesh).Concat(ofAnnotation))
        {
            read[name].ShouldBe(value, $"{shell} {name}, seed {seed}");
        }

        JsonObject all = JsonNode.Parse(read["ISTIO_METAJSON_LABELS"])!.AsObject();
        foreach ((string name, string value) in labels.Concat(ofTemplate))
        {
            all[name]!.GetValue<string>().ShouldBe(value, $"{shell} {name}, seed {seed}");
        }

        read["ISTIO_META_WORKLOAD_NAME"].ShouldBe(labels["label0"], "names too");
        read["CANONICAL_SERVICE"].ShouldBe(labels["label0"]);
        Directory.EnumerateFileSystemEntries(directory.Path).Select(Path.GetFileName).ShouldBe(["cluster.env"]);
    }

    [Fact]
    public void Every_random_value_is_one_yaml_scalar_again()
    {
        var random = new Random(7);
        var values = Enumerable.Range(0, 1000).ToDictionary(i => $"X{i}", _ => Value(random), StringComparer.Ordinal);
        JsonNode metadata = MeshYaml.Read(Generated.From(with: i => i with { ExtraMetadata = values }).MeshYaml)["defaultConfig"]!["proxyMetadata"]!;
        foreach ((string name, string value) in values)
        {
            metadata[name]!.GetValue<string>().ShouldBe(value);
        }
    }

    // Everything that someone who may edit a WorkloadGroup chooses.
    private static JsonObject Group(Dictionary<string, string> labels, Dictionary<string, string> ofTemplate, Dictionary<string, string> ofAnnotation)
    {
        var metadata = new JsonObject
        {
            ["labels"] = Json(labels),
            ["annotations"] = new JsonObject { ["proxy.istio.io/config"] = Written(Proxy(null, ofAnnotation)) },
        };
        return new JsonObject
        {
            ["metadata"] = new JsonObject { ["name"] = labels["label0"], ["namespace"] = "bar" },
            ["spec"] = new JsonObject { ["metadata"] = metadata, ["template"] = new JsonObject { ["labels"] = Json(ofTemplate) } },
        };
    }

    // YAML has no escapes by pairs of surrogates.
    private static string Written(JsonObject json) => json.ToJsonString().Replace("\\uD83D\\uDE00", "\U0001F600", StringComparison.Ordinal);

    private static JsonObject Proxy(string? under, Dictionary<string, string> metadata)
    {
        var proxy = new JsonObject { ["proxyMetadata"] = Json(metadata) };
        return under is null ? proxy : new JsonObject { [under] = proxy };
    }

    private static JsonObject Json(Dictionary<string, string> texts) =>
        new(texts.Select(t => KeyValuePair.Create<string, JsonNode?>(t.Key, JsonValue.Create(t.Value))));

    private static Dictionary<string, string> Values(Random random, string prefix) =>
        Enumerable.Range(0, 60).ToDictionary(i => $"{prefix}{i}", _ => Value(random), StringComparer.Ordinal);

    private static string Value(Random random)
    {
        var value = new StringBuilder();
        for (int i = random.Next(12); i > 0; i--)
        {
            value.Append(Atoms[random.Next(Atoms.Length)]);
        }

        return value.ToString();
    }

    private static async Task<Dictionary<string, string>> SourceAsync(string shell, TemporaryDirectory directory)
    {
        var start = new ProcessStartInfo(shell) { RedirectStandardOutput = true, WorkingDirectory = directory.Path, StandardOutputEncoding = Encoding.UTF8 };
        if (shell.EndsWith("busybox", StringComparison.Ordinal))
        {
            start.ArgumentList.Add("sh");
        }

        start.ArgumentList.Add("-c");
        start.ArgumentList.Add("set -a; . ./cluster.env; exec /bin/cat /proc/self/environ");
        using Process process = Process.Start(start)!;
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        process.ExitCode.ShouldBe(0);
        return output.Split('\0', StringSplitOptions.RemoveEmptyEntries)
            .Select(l => l.Split('=', 2))
            .ToDictionary(l => l[0], l => l[1], StringComparer.Ordinal);
    }
}
