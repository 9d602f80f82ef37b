using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Onboarding.Testing;

/// <summary>The programs of a real control plane, where there are any.</summary>
public static partial class KubernetesBinaries
{
    // Where envtest, whose variable this is, looks when it isn't set.
    private const string EnvtestDefault = "/usr/local/kubebuilder/bin";

    /// <summary>Directory that holds etcd and kube-apiserver; null if none does.</summary>
    public static string? Directory { get; } = Candidates().FirstOrDefault(
        d => File.Exists(Path.Combine(d, "kube-apiserver")) && File.Exists(Path.Combine(d, "etcd")));

    /// <summary>Version of the kube-apiserver; null if there is none that runs.</summary>
    public static Version? Version { get; } = Directory is null ? null : Ask(Path.Combine(Directory, "kube-apiserver"));

    /// <summary>Why there is no real control plane to test with; null if there is one.</summary>
    public static string? WhyMissing { get; } = (Directory, Version) switch
    {
        (null, _) => "no kube-apiserver and etcd: set KUBEBUILDER_ASSETS to their directory, or put them on PATH",
        (_, null) => $"{Directory}/kube-apiserver --version doesn't say which version it is",
        _ => null,
    };

    private static IEnumerable<string> Candidates()
    {
        string? assets = Environment.GetEnvironmentVariable("KUBEBUILDER_ASSETS");
        string path = Environment.GetEnvironmentVariable("PATH") ?? "";
        return [.. assets is { Length: > 0 } ? [assets] : Array.Empty<string>(), .. path.Split(Path.PathSeparator), EnvtestDefault];
    }

    private static Version? Ask(string program)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, "--version") { RedirectStandardOutput = true })!;
        Match match = Number().Match(process.StandardOutput.ReadToEnd());
        process.WaitForExit();
        return match.Success ? Version.Parse(match.Groups[1].Value) : null;
    }

    [GeneratedRegex(@"\bv(\d+\.\d+(\.\d+)?)")]
    private static partial Regex Number();
}
