using System.Text.Json.Nodes;

namespace Onboarding.Kubernetes.Models;

/// <summary>A reference to any object (<c>v1 ObjectReference</c>).</summary>
public sealed record V1ObjectReference
{
    /// <summary>API version, e.g. <c>networking.istio.io/v1</c>.</summary>
    public string? ApiVersion { get; init; }

    /// <summary>Kind.</summary>
    public string? Kind { get; init; }

    /// <summary>Namespace; null for cluster-scoped objects.</summary>
    public string? Namespace { get; init; }

    /// <summary>Name.</summary>
    public string? Name { get; init; }

    /// <summary>Uid.</summary>
    public string? Uid { get; init; }

    internal static V1ObjectReference FromJson(JsonObject json) => new()
    {
        ApiVersion = json.Text("apiVersion"),
        Kind = json.Text("kind"),
        Namespace = json.Text("namespace"),
        Name = json.Text("name"),
        Uid = json.Text("uid"),
    };

    internal JsonObject ToJson()
    {
        var json = new JsonObject();
        json.Put("apiVersion", ApiVersion);
        json.Put("kind", Kind);
        json.Put("namespace", Namespace);
        json.Put("name", Name);
        json.Put("uid", Uid);
        return json;
    }
}
