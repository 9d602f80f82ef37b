namespace Onboarding.BootConfiguration.Schema;

/// <summary>A protobuf message: its fields in the order of the <c>.proto</c> file, which is the order they are read in.</summary>
internal sealed class MessageSchema(params FieldSchema[] fields)
{
    public IReadOnlyList<FieldSchema> Fields { get; } = fields;

    public FieldSchema this[string name] => Fields.First(f => f.Name == name);
}
