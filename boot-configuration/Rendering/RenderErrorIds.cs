namespace Onboarding.BootConfiguration.Rendering;

/// <summary>Stable names of failures to render.</summary>
public static class RenderErrorIds
{
    /// <summary>Neither a file nor a name and namespace of a WorkloadGroup.</summary>
    public const string WorkloadGroupRequired = "WorkloadGroupRequired";

    /// <summary>No output directory.</summary>
    public const string OutputRequired = "OutputRequired";

    /// <summary>Both an internal and an external address.</summary>
    public const string AddressesExclusive = "AddressesExclusive";

    /// <summary>An option has a value that can't be.</summary>
    public const string OptionInvalid = "OptionInvalid";

    /// <summary>A file can't be read.</summary>
    public const string FileUnreadable = "FileUnreadable";

    /// <summary>A WorkloadGroup or a mesh configuration isn't what it must be.</summary>
    public const string InputInvalid = "InputInvalid";

    /// <summary>There is no cluster to ask, or it doesn't answer.</summary>
    public const string ClusterUnavailable = "ClusterUnavailable";

    /// <summary>The cluster doesn't know who asks.</summary>
    public const string ClusterUnauthorized = "ClusterUnauthorized";

    /// <summary>Who asks may not read it.</summary>
    public const string ClusterForbidden = "ClusterForbidden";

    /// <summary>The WorkloadGroup isn't in the cluster.</summary>
    public const string WorkloadGroupNotFound = "WorkloadGroupNotFound";

    /// <summary>Which revision the default tag points to can't be found out.</summary>
    public const string RevisionUnknown = "RevisionUnknown";

    /// <summary>The cluster's name in the mesh can't be found out.</summary>
    public const string ClusterIdUnknown = "ClusterIdUnknown";

    /// <summary>A ConfigMap of Istio's is missing.</summary>
    public const string ConfigMapNotFound = "ConfigMapNotFound";

    /// <summary>The API server makes no token.</summary>
    public const string TokenNotCreated = "TokenNotCreated";

    /// <summary>The output can't be written.</summary>
    public const string OutputNotWritten = "OutputNotWritten";
}
