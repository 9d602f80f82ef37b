namespace Onboarding.Api.Registration;

/// <summary>How a workload is reached.</summary>
public sealed record RegistrationSettings
{
    /// <summary>The kind of address put into the WorkloadEntry; unset means VPC.</summary>
    public AddressType ConnectedOver { get; init; }
}
