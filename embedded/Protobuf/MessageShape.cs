namespace Onboarding.Embedded.Protobuf;

/// <summary>The fields of a Kubernetes protobuf message by number, as the published <c>generated.proto</c> files have them.</summary>
internal sealed class MessageShape
{
    private readonly Dictionary<int, MessageField> _fields = [];

    public MessageField? Find(int number) => _fields.GetValueOrDefault(number);

    public MessageShape Text(int number, string name) => Add(number, new MessageField(name, FieldType.Text));

    public MessageShape Texts(int number, string name) => Add(number, new MessageField(name, FieldType.Text) { Repeated = true });

    public MessageShape Integer(int number, string name) => Add(number, new MessageField(name, FieldType.Integer));

    public MessageShape Flag(int number, string name) => Add(number, new MessageField(name, FieldType.Flag));

    public MessageShape Of(int number, string name, FieldType type) => Add(number, new MessageField(name, type));

    public MessageShape Message(int number, string name, MessageShape shape) =>
        Add(number, new MessageField(name, FieldType.Message, shape));

    public MessageShape Messages(int number, string name, MessageShape shape) =>
        Add(number, new MessageField(name, FieldType.Message, shape) { Repeated = true });

    private MessageShape Add(int number, MessageField field)
    {
        _fields.Add(number, field);
        return this;
    }
}

/// <summary>A field of a Kubernetes protobuf message.</summary>
/// <param name="Name">Its name in JSON.</param>
/// <param name="Type">How it is encoded.</param>
/// <param name="Message">Shape of messages; of the values, for maps of messages.</param>
internal sealed record MessageField(string Name, FieldType Type, MessageShape? Message = null)
{
    public bool Repeated { get; init; }
}
