namespace Onboarding.Embedded.Schemas;

/// <summary>Shape of <c>metadata</c>.</summary>
internal static class MetadataSchema
{
    public static Schema ObjectMeta { get; } = Schema.Object(
        "Standard object's metadata: name, namespace, labels, annotations, owners and what the server keeps.",
        new Dictionary<string, Schema>
        {
            ["name"] = Schema.Text("Name must be unique within a namespace and cannot be updated."),
            ["generateName"] = Schema.Text("Prefix of a unique name the server makes when no name is given."),
            ["namespace"] = Schema.Text("Namespace in which the name is unique; cannot be updated."),
            ["selfLink"] = Schema.Text("Deprecated: no longer set."),
            ["uid"] = Schema.Text("Identity of this very object, set by the server."),
            ["resourceVersion"] = Schema.Text("Opaque version of the object, for optimistic concurrency and watches."),
            ["generation"] = Schema.Int64("Number that rises whenever the desired state changes."),
            ["creationTimestamp"] = Schema.Time("When the object was created, set by the server."),
            ["deletionTimestamp"] = Schema.Time("When deletion was requested; the object goes once its finalizers are removed."),
            ["deletionGracePeriodSeconds"] = Schema.Int64("Seconds the object was given to go."),
            ["labels"] = Schema.Map("Key-value pairs that selectors match."),
            ["annotations"] = Schema.Map("Key-value pairs for tools; not queryable."),
            ["ownerReferences"] = Schema.Keyed("Objects this one depends on; when all are gone, so is this.", "uid", OwnerReference),
            ["finalizers"] = Schema.Texts("Names that must be removed before the object goes.") with
            {
                ListKind = ListKind.Set,
                MergeKey = "",
            },
            ["managedFields"] = Schema.List("Which writer owns which field.", ManagedFields),
        });

    private static Schema OwnerReference => Schema.Object(
        "An owner in the same namespace.",
        new Dictionary<string, Schema>
        {
            ["apiVersion"] = Schema.Text("API version of the owner."),
            ["kind"] = Schema.Text("Kind of the owner."),
            ["name"] = Schema.Text("Name of the owner."),
            ["uid"] = Schema.Text("Uid of the owner."),
            ["controller"] = Schema.Flag("True for the one owner that manages the object."),
            ["blockOwnerDeletion"] = Schema.Flag("True if foreground deletion of the owner waits for this object."),
        },
        "apiVersion", "kind", "name", "uid") with
    { AtomicMap = true };

    private static Schema ManagedFields => Schema.Object(
        "Fields one writer owns.",
        new Dictionary<string, Schema>
        {
            ["manager"] = Schema.Text("Who writes."),
            ["operation"] = Schema.Text("Apply or Update."),
            ["apiVersion"] = Schema.Text("Version of the resource the fields are named in."),
            ["time"] = Schema.Time("When the writer last changed its fields."),
            ["fieldsType"] = Schema.Text("FieldsV1."),
            ["fieldsV1"] = Schema.OpenObject("The fields, as a tree."),
            ["subresource"] = Schema.Text("Subresource the write went to."),
        });
}
