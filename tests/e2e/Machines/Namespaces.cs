using System.Runtime.InteropServices;
using Onboarding.Testing;

namespace Onboarding.Tests.E2E.Machines;

/// <summary>What programs in a machine made of namespaces need to start.</summary>
public static class Namespaces
{
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
