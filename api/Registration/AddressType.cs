namespace Onboarding.Api.Registration;

/// <summary>The network an address belongs to; written <c>VPC</c> and <c>INTERNET</c>.</summary>
public enum AddressType
{
    /// <summary>Not set.</summary>
    Unspecified = 0,

    /// <summary>Private, inside the network.</summary>
    Vpc = 1,

    /// <summary>Public.</summary>
    Internet = 2,
}
