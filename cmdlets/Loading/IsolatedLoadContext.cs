using System.Reflection;
using System.Runtime.Loader;

namespace Onboarding.Cmdlets.Loading;

/// <summary>
/// Loads everything below the cmdlets from the module's folder <c>lib</c>, in the versions that were built together. Another
/// module may have loaded other versions of YamlDotNet or Google.Protobuf; neither sees the other's, whichever came first.
/// </summary>
internal sealed class IsolatedLoadContext(string directory) : AssemblyLoadContext("Onboarding")
{
    // What isn't in lib is the framework's, and PowerShell brings that.
    protected override Assembly? Load(AssemblyName assemblyName) =>
        Path.Combine(directory, $"{assemblyName.Name}.dll") is var path && File.Exists(path) ? LoadFromAssemblyPath(path) : null;
}
