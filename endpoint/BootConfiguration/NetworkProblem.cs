namespace Onboarding.Endpoint.BootConfiguration;

/// <summary>Why a member and the pods may not reach each other.</summary>
/// <param name="Reason">Reason of the condition <c>NetworkChecked</c>.</param>
/// <param name="Message">What is wrong, and the next command.</param>
internal sealed record NetworkProblem(string Reason, string Message)
{
    /// <summary>The cluster has a network, the group none.</summary>
    public const string Unknown = "NetworkUnknown";

    /// <summary>The group's network isn't its namespace's.</summary>
    public const string Conflict = "NetworkConflict";

    /// <summary>The group has a network, the cluster none.</summary>
    public const string ClusterUnknown = "ClusterNetworkUnknown";

    /// <summary>The cluster's network has no gateway.</summary>
    public const string NoGateway = "NetworkHasNoGateway";
}
