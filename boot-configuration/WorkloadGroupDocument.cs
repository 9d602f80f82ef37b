using System.Text.Json.Nodes;
using Onboarding.BootConfiguration.Schema;
using Onboarding.BootConfiguration.Text;
using Onboarding.BootConfiguration.Yaml;

namespace Onboarding.BootConfiguration;

/// <summary>What the files need of a WorkloadGroup, read with Istio's tolerance.</summary>
internal sealed class WorkloadGroupDocument
{
    private WorkloadGroupDocument(string name, string @namespace, IReadOnlyDictionary<string, string> annotations, ProtoMessage spec)
    {
        Name = name;
        Namespace = @namespace;
        Annotations = annotations;
        Spec = spec;
    }

    /// <summary>What the text says it is; empty where it doesn't say. Istio doesn't look at it.</summary>
    public string Kind { get; private init; } = "";

    /// <summary>True for a text that says nothing at all.</summary>
    public bool IsEmpty { get; private init; }

    public string Name { get; }

    public string Namespace { get; }

    /// <summary>Annotations of the object itself.</summary>
    public IReadOnlyDictionary<string, string> Annotations { get; }

    public ProtoMessage Spec { get; }

    /// <summary><c>spec.metadata</c>. An object of the API server may lack it; Istio crashes then, here it counts as empty.</summary>
    public ProtoMessage Metadata => Spec.Message("metadata") ?? new ProtoMessage(NetworkingSchema.WorkloadGroup["metadata"].Message!);

    /// <summary><c>spec.template</c>, likewise.</summary>
    public ProtoMessage Template => Spec.Message("template") ?? new ProtoMessage(NetworkingSchema.WorkloadGroup["template"].Message!);

    public string ServiceAccount { get; private init; } = "";

    /// <exception cref="BootConfigurationException">It isn't readable, or something has the wrong type.</exception>
    public static WorkloadGroupDocument Read(WorkloadGroupSource source)
    {
        const string What = "WorkloadGroup";
        JsonNode? json = source.Text is null ? source.Json : YamlReader.Read(source.Text, What);
        JsonObject group = json switch
        {
            null => [],
            JsonObject members => members,
            _ => throw new BootConfigurationException($"{What}: {ProtoJsonReader.WrongType(json, "v1.WorkloadGroup").Message}"),
        };
        try
        {
            return Read(group, source.IsFromFile);
        }
        catch (BootConfigurationException e)
        {
            throw new BootConfigurationException($"{What}: {e.Message}", e);
        }
    }

    private static WorkloadGroupDocument Read(JsonObject document, bool fromFile)
    {
        JsonObject group = ObjectMetaReader.Read(document);
        NonFinite.Refuse(group);
        string kind = Members(group, "kind").Select(n => n.GetValue<string>()).LastOrDefault("");
        string name = "";
        string @namespace = "";
        var annotations = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (JsonNode metadata in Members(group, "metadata"))
        {
            var members = (JsonObject)metadata;
            name = Members(members, "name").Select(n => n.GetValue<string>()).LastOrDefault(name);
            @namespace = Members(members, "namespace").Select(n => n.GetValue<string>()).LastOrDefault(@namespace);
            foreach ((string key, JsonNode? value) in Members(members, "annotations").SelectMany(a => (JsonObject)a))
            {
                annotations[key] = value!.GetValue<string>();
            }
        }

        var spec = new ProtoMessage(NetworkingSchema.WorkloadGroup);
        foreach (JsonNode part in Members(group, "spec"))
        {
            ProtoJsonReader.Apply(part, spec);
        }

        string account = spec.Message("template")?.Text("service_account") ?? "";
        return new WorkloadGroupDocument(name, @namespace, annotations, spec)
        {
            Kind = kind,
            IsEmpty = group.Count == 0,
            ServiceAccount = account.Length == 0 && fromFile ? "default" : account,
        };
    }

    // Go's JSON reader looks at keys in the order they stand, which here is sorted, and doesn't mind upper and lower case.
    private static IEnumerable<JsonNode> Members(JsonObject json, string name) => json
        .Where(m => m.Value is not null && string.Equals(m.Key, name, StringComparison.OrdinalIgnoreCase))
        .OrderBy(m => m.Key, ByteOrder.Instance)
        .Select(m => m.Value!);
}
