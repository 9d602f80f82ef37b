namespace Onboarding.Cmdlets;

/// <summary>The part for a fleet.</summary>
public sealed partial class GetOnboardingStatusCommand
{
    private protected override bool NeedsCluster => ParameterSetName != MachineSet;

    private protected override Task ProcessAsync(CancellationToken cancellationToken) => ShowMachineAsync(cancellationToken);
}
