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
    Timestamp,
    Message,

    /// <summary>Any JSON object: <c>google.protobuf.Struct</c>. It occurs only where nothing reaches a workload.</summary>
    Object,
}
