using Onboarding.Client.Local;

namespace Onboarding.Cmdlets;

/// <summary>Completes the categories of checks.</summary>
public sealed class CheckCategoryCompleter : WordCompleter
{
    private protected override IReadOnlyList<string> Words => MachineChecks.Categories;
}
