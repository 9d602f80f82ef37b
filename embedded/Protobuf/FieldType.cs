namespace Onboarding.Embedded.Protobuf;

/// <summary>Encodings of fields.</summary>
internal enum FieldType
{
    Text,

    /// <summary>Bytes, base64 in JSON.</summary>
    Bytes,
    Integer,
    Flag,
    Message,

    /// <summary>Map of text to text.</summary>
    TextMap,

    /// <summary>Map of text to bytes.</summary>
    BytesMap,

    /// <summary>Map of text to a message that is nothing but a list of text.</summary>
    ListMap,

    /// <summary><c>metav1.Time</c>.</summary>
    Time,

    /// <summary><c>metav1.MicroTime</c>.</summary>
    MicroTime,

    /// <summary><c>intstr.IntOrString</c>.</summary>
    IntOrText,
}
