namespace Onboarding.BootConfiguration.Schema;

/// <summary>The protobuf types that occur in Istio's configuration.</summary>
internal enum FieldKind
{
    Text,
    Boolean,
    Int32,
    UInt32,
    Int64,
    Double,
    Enum,
    Duration,
    Message,

    /// <summary>Part of the mesh configuration that never reaches a workload: read past, whatever it holds.</summary>
    Ignored,
}
