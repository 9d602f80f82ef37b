using System.Text.Json;
using Onboarding.Embedded.Requests;
using Onboarding.Embedded.Selectors;
using Onboarding.Embedded.Storage;

namespace Onboarding.Embedded.Serving;

/// <summary>Which objects a list or watch is about.</summary>
internal sealed class ObjectSelector
{
    private readonly LabelRequirements _labels;
    private readonly FieldSelector _fields;
    private readonly string _namespace;

    private ObjectSelector(LabelRequirements labels, FieldSelector fields, string @namespace)
    {
        _labels = labels;
        _fields = fields;
        _namespace = @namespace;
    }

    /// <summary>The one name that is selected; null if several may be.</summary>
    public string? Name => _fields.Exact("metadata.name");

    /// <summary>True if every object of the namespace is selected.</summary>
    public bool IsAll => _labels.IsEmpty && _fields.IsEmpty;

    public static ObjectSelector Read(ResourceRequest request) => new(
        LabelRequirements.Parse(request.Query("labelSelector") ?? ""),
        FieldSelector.Parse(request.Query("fieldSelector") ?? "", request.Kind, request.Version),
        request.Namespace);

    public bool Matches(StoredObject value) =>
        (_namespace.Length == 0 || value.Key.Namespace == _namespace) && (IsAll || MatchesContent(value.Root));

    private bool MatchesContent(JsonElement root) => _labels.Matches(root) && _fields.Matches(root);
}
