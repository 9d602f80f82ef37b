using Onboarding.Client.Local;

namespace Onboarding.Cmdlets;

/// <summary>Completes the names of checks.</summary>
public sealed class CheckNameCompleter : WordCompleter
{
    private protected override IReadOnlyList<string> Words => MachineChecks.Names;
}
