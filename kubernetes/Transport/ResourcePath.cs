using Onboarding.Api.Meta;

namespace Onboarding.Kubernetes.Transport;

/// <summary>Where in the API an object or collection is.</summary>
internal static class ResourcePath
{
    public static string Collection(ResourceDefinition kind, string? @namespace)
    {
        string root = kind.Group.Length == 0 ? $"api/{kind.Version}" : $"apis/{kind.Group}/{kind.Version}";
        return kind.Namespaced && @namespace is not null
            ? $"{root}/namespaces/{Segment(@namespace, "namespace")}/{kind.Plural}"
            : $"{root}/{kind.Plural}";
    }

    public static string Object(ResourceDefinition kind, string? @namespace, string name, string? subresource = null)
    {
        if (kind.Namespaced && string.IsNullOrEmpty(@namespace))
        {
            throw new ArgumentException($"A {kind.Kind} lives in a namespace, and none is given.", nameof(@namespace));
        }

        string path = $"{Collection(kind, @namespace)}/{Segment(name, "name")}";
        return subresource is null ? path : $"{path}/{Segment(subresource, "subresource")}";
    }

    // Names come from agents and users. One that holds a slash or is a dot segment would name another resource, reached with
    // our permissions; the API server has no such names either.
    private static string Segment(string value, string what) =>
        value is "" or "." or ".." || value.AsSpan().ContainsAny('/', '\\', '%')
            ? throw new ArgumentException($"Not the {what} of a Kubernetes object: '{value}'.", what)
            : Uri.EscapeDataString(value);
}
