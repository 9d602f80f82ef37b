using System.Management.Automation;

namespace Onboarding.Cmdlets.Loading;

/// <summary>
/// What PowerShell runs on import, in every runspace. It sets one hook and touches neither network nor files: import must cost
/// next to nothing. There is no counterpart on removal, which may never come and would take the hook from other runspaces.
/// </summary>
public sealed class ModuleInitializer : IModuleAssemblyInitializer
{
    /// <summary>Prepares the process for the cmdlets.</summary>
    public void OnImport() => EngineAssemblies.Hook();
}
