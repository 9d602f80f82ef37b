namespace Onboarding.Embedded.Protobuf;

/// <summary>A field of a Kubernetes protobuf message.</summary>
/// <param name="Name">Its name in JSON.</param>
/// <param name="Type">How it is encoded.</param>
/// <param name="Message">Shape of messages; of the values, for maps of messages.</param>
internal sealed record MessageField(string Name, FieldType Type, MessageShape? Message = null)
{
    public bool Repeated { get; init; }
}
