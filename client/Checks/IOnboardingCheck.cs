namespace Onboarding.Client.Checks;

/// <summary>One thing that must be right before a machine can join. It changes nothing, on the machine or at the plane.</summary>
internal interface IOnboardingCheck
{
    /// <summary>What it is about.</summary>
    string Category { get; }

    /// <summary>Its name, unique among all.</summary>
    string Name { get; }

    /// <summary>Names of the checks that must have passed, or warned, before it makes sense.</summary>
    IReadOnlyList<string> DependsOn { get; }

    /// <summary>Looks.</summary>
    /// <exception cref="Errors.OnboardingException">Counts as a failure with its own words.</exception>
    Task<CheckOutcome> RunAsync(CheckContext context, CancellationToken cancellationToken);
}
