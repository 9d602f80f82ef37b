using System.Reflection;
using System.Runtime.Loader;

namespace Onboarding.Cmdlets.Loading;

/// <summary>
/// Leads references of this assembly to our other assemblies into the isolated context. The hook is set once in a process and
/// stays: runspaces come and go while types of the context live on in objects that people hold.
/// </summary>
internal static class EngineAssemblies
{
    private const string Prefix = "Onboarding.";
    private static readonly string Directory =
        Path.Combine(Path.GetDirectoryName(typeof(EngineAssemblies).Assembly.Location)!, "lib");

    private static readonly Lazy<IsolatedLoadContext> Context = new(() => new IsolatedLoadContext(Directory));
    private static int _hooked;

    /// <summary>Sets the hook; called in each runspace, and does it once.</summary>
    public static void Hook()
    {
        if (Interlocked.Exchange(ref _hooked, 1) == 0)
        {
            AssemblyLoadContext.Default.Resolving += Resolve;
        }
    }

    // Only our own names: a library that another module misses must not come from our folder, and ours must never be that module's.
    private static Assembly? Resolve(AssemblyLoadContext context, AssemblyName name) =>
        name.Name is { } simple && simple.StartsWith(Prefix, StringComparison.Ordinal) && File.Exists(Path.Combine(Directory, $"{simple}.dll"))
            ? Context.Value.LoadFromAssemblyName(name)
            : null;
}
