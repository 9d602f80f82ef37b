using System.Runtime.InteropServices;
using Onboarding.Testing;

namespace Onboarding.Tests.E2E.Machines;

/// <summary>Whether machines can be made here, and what programs in them need to start.</summary>
public static class Namespaces
{
    private static readonly Lazy<string?> Missing = new(() =>
        Environment.UserName != "root" ? "machines need root"
        : Tool.WhyMissing("unshare", "--mount", "--net", "--pid", "--uts", "--fork", "true")
            ?? Tool.WhyMissing("iptables", "--version") ?? Tool.WhyMissing("nft", "--version") ?? Tool.WhyMissing("ip", "-V")
            ?? Tool.WhyMissing("sudo", "--version"));

    /// <summary>Why there can be no machines; null if there can.</summary>
    public static string? WhyMissing => Missing.Value;

    /// <summary>The directory of the runtime that this process runs on.</summary>
    internal static string DotnetRoot { get; } = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "../../.."));

    /// <summary>The directory that Istio's package was built to.</summary>
    internal static string IstioPackage
    {
        get
        {
            // bin/<configuration>/<framework>, the same for all.
            var output = new DirectoryInfo(AppContext.BaseDirectory);
            return Path.Combine(Repository.Root, "tests/istio-package/bin", output.Parent!.Name, output.Name);
        }
    }
}
