namespace Onboarding.Api.Registration;

/// <summary>How an <see cref="AddressType"/> is written.</summary>
internal static class AddressTypeNames
{
    /// <summary>The names; the index is the number.</summary>
    public static readonly IReadOnlyList<string> All = ["UNSPECIFIED", "VPC", "INTERNET"];

    public static string Name(this AddressType type) => All[(int)type];
}
