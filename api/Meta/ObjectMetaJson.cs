using System.Text.Json.Nodes;
using Onboarding.Api.Reading;

namespace Onboarding.Api.Meta;

/// <summary>Metadata as JSON, for every kind.</summary>
public static class ObjectMetaJson
{
    /// <summary>Reads the <c>metadata</c> of an object. What has the wrong type counts as not set: the API server checks it.</summary>
    /// <param name="resource">The whole object.</param>
    public static V1ObjectMeta Read(JsonObject resource)
    {
        ArgumentNullException.ThrowIfNull(resource);
        if (resource["metadata"] is not JsonObject json)
        {
            return new V1ObjectMeta();
        }

        return new V1ObjectMeta
        {
            Name = json.TextOf("name") ?? "",
            Namespace = json.SharedTextOf("namespace"),
            GenerateName = json.TextOf("generateName"),
            Uid = json.TextOf("uid"),
            ResourceVersion = json.TextOf("resourceVersion"),
            Generation = json.IntegerOf("generation"),
            CreationTimestamp = json.TimeOf("creationTimestamp"),
            DeletionTimestamp = json.TimeOf("deletionTimestamp"),
            Labels = json.TextMapOf("labels"),
            Annotations = json.TextMapOf("annotations"),
            OwnerReferences = [.. json.ObjectsOf("ownerReferences").Select(ReadOwner)],
            Finalizers = json.TextsOf("finalizers"),
            ManagedFields = (json["managedFields"] as JsonArray)?.DeepClone().AsArray(),
        };
    }

    /// <summary>Reads the metadata of an object that a person wrote, and notes what is wrong with it.</summary>
    internal static V1ObjectMeta ObjectMeta(this MapReader reader)
    {
        reader.Message(
            "metadata",
            metadata =>
            {
                metadata.RequiredText("name", value => LabelRules.IsDnsSubdomain(value) ? null : "must be a DNS name in lower case");
                metadata.Text("namespace", value => Checks.IsDnsLabel(value) ? null : "must be a DNS label in lower case");
                metadata.Labels("labels");
                metadata.TextMap("annotations");
                metadata.KnowAll();
                return metadata;
            },
            required: true);
        return Read(reader.ToJson());
    }

    /// <summary>The metadata as it is sent to the server. Fields that aren't set are left out.</summary>
    /// <param name="metadata">The metadata.</param>
    public static JsonObject Write(V1ObjectMeta metadata)
    {
        ArgumentNullException.ThrowIfNull(metadata);
        return new JsonObject()
            .With("name", metadata.Name.Length == 0 ? null : metadata.Name)
            .With("namespace", metadata.Namespace)
            .With("generateName", metadata.GenerateName)
            .With("uid", metadata.Uid)
            .With("resourceVersion", metadata.ResourceVersion)
            .With("generation", metadata.Generation)
            .With("creationTimestamp", metadata.CreationTimestamp)
            .With("deletionTimestamp", metadata.DeletionTimestamp)
            .With("labels", metadata.Labels)
            .With("annotations", metadata.Annotations)
            .With("ownerReferences", metadata.OwnerReferences, WriteOwner)
            .With("finalizers", metadata.Finalizers);
    }

    private static V1OwnerReference ReadOwner(JsonObject json) => new()
    {
        ApiVersion = json.SharedTextOf("apiVersion") ?? "",
        Kind = json.SharedTextOf("kind") ?? "",
        Name = json.SharedTextOf("name") ?? "",
        Uid = json.SharedTextOf("uid") ?? "",
        Controller = json.FlagOf("controller"),
        BlockOwnerDeletion = json.FlagOf("blockOwnerDeletion"),
    };

    private static JsonObject WriteOwner(V1OwnerReference owner)
    {
        JsonObject json = new JsonObject()
            .With("apiVersion", owner.ApiVersion)
            .With("kind", owner.Kind)
            .With("name", owner.Name)
            .With("uid", owner.Uid);
        if (owner.Controller is { } controller)
        {
            json["controller"] = controller;
        }

        if (owner.BlockOwnerDeletion is { } block)
        {
            json["blockOwnerDeletion"] = block;
        }

        return json;
    }
}
