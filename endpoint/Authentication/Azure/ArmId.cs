using System.Diagnostics.CodeAnalysis;

namespace Onboarding.Endpoint.Authentication.Azure;

/// <summary>
/// The id of an Azure resource, read segment by segment. Azure compares ids without case, and so must anyone who reads them; but whole
/// segments only: looking for <c>/virtualMachines/web</c> in an id also finds <c>web-evil</c>.
/// </summary>
/// <param name="Subscription">The subscription, lower case.</param>
/// <param name="ResourceGroup">The resource group.</param>
/// <param name="Types">Provider and types, lower case, e.g. <c>microsoft.compute/virtualmachines</c>.</param>
/// <param name="Names">The names that go with the types, outermost first.</param>
internal sealed record ArmId(string Subscription, string ResourceGroup, string Types, IReadOnlyList<string> Names)
{
    private const string VirtualMachine = "microsoft.compute/virtualmachines";
    private const string ScaleSetType = "microsoft.compute/virtualmachinescalesets";
    private const string ScaleSetMember = "microsoft.compute/virtualmachinescalesets/virtualmachines";
    private const string AssignedIdentity = "microsoft.managedidentity/userassignedidentities";
    private const int Longest = 1024;

    /// <summary>True for a virtual machine, in a scale set or not. Containers, functions and clusters have tokens as well.</summary>
    public bool IsMachine => Types is VirtualMachine or ScaleSetType or ScaleSetMember;

    /// <summary>True for an identity that is assigned to machines.</summary>
    public bool IsIdentity => Types == AssignedIdentity;

    /// <summary>The scale set a machine belongs to; null if it is none's.</summary>
    public string? ScaleSet => Types is ScaleSetType or ScaleSetMember ? Names[0] : null;

    /// <summary>Reads an id.</summary>
    /// <param name="text">E.g. <c>/subscriptions/…/resourceGroups/…/providers/Microsoft.Compute/virtualMachines/web-1</c>.</param>
    /// <param name="id">The id.</param>
    public static bool TryRead(string? text, [NotNullWhen(true)] out ArmId? id)
    {
        id = null;
        if (text is null || text.Length > Longest || text.AsSpan().ContainsAnyExceptInRange('!', '~'))
        {
            return false;
        }

        string[] parts = text.Split('/');

        // "", subscriptions, <s>, resourceGroups, <g>, providers, <provider>, <type>, <name> and pairs of type and name after it.
        bool hasShape = parts.Length >= 9 && parts.Length % 2 == 1 && parts[0].Length == 0 && parts.Skip(1).All(p => p.Length > 0)
            && Is(parts[1], "subscriptions") && Guid.TryParseExact(parts[2], "D", out _)
            && Is(parts[3], "resourceGroups") && Is(parts[5], "providers");
        if (!hasShape)
        {
            return false;
        }

        string[] types = [parts[6], .. parts.Skip(7).Where((_, i) => i % 2 == 0)];
        id = new ArmId(
            parts[2].ToLowerInvariant(),
            parts[4],
            string.Join('/', types).ToLowerInvariant(),
            [.. parts.Skip(7).Where((_, i) => i % 2 == 1)]);
        return true;
    }

    private static bool Is(string part, string name) => part.Equals(name, StringComparison.OrdinalIgnoreCase);
}
