using System.Text.Json.Nodes;
using Onboarding.Api.Reading;

namespace Onboarding.Api.Registration;

/// <summary>One address of a host.</summary>
/// <param name="Ip">IPv4 or IPv6 in textual form.</param>
/// <param name="Type">The network it belongs to.</param>
public sealed record HostAddress(string Ip, AddressType Type)
{
    internal static HostAddress Read(MapReader reader)
    {
        string ip = reader.RequiredText("ip", Checks.Ip);
        if (!reader.Has("type"))
        {
            reader.Error("type", ProblemReason.Required, "is required: VPC or INTERNET");
            return new HostAddress(ip, AddressType.Unspecified);
        }

        int? type = reader.Choice("type", AddressTypeNames.All);
        if (type == 0)
        {
            reader.Error("type", ProblemReason.Invalid, "must be VPC or INTERNET");
        }

        return new HostAddress(ip, (AddressType)(type ?? 0));
    }

    internal JsonObject ToJson() => new JsonObject().With("ip", Ip).With("type", Type.Name());
}

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

/// <summary>How an <see cref="AddressType"/> is written.</summary>
internal static class AddressTypeNames
{
    /// <summary>The names; the index is the number.</summary>
    public static readonly IReadOnlyList<string> All = ["UNSPECIFIED", "VPC", "INTERNET"];

    public static string Name(this AddressType type) => All[(int)type];
}
