using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using Onboarding.BootConfiguration;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Unit.BootConfiguration;

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
        string clusterEnv = Generated.From(with: i => i with { ExtraMetadata = values }).ClusterEnv;
        await File.WriteAllTextAsync(directory["cluster.env"], clusterEnv, new UTF8Encoding(false));

        Dictionary<string, string> read = await SourceAsync(shell, directory);

        foreach ((string name, string value) in values)
        {
            read[name].ShouldBe(value, $"{shell} {name}, seed {seed}");
        }

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
