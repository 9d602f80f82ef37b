using System.Text.Json.Nodes;

namespace Onboarding.Kubernetes;

/// <summary>The object a token is bound to: once it is gone, the token is no longer accepted.</summary>
/// <param name="ApiVersion">E.g. <c>v1</c>.</param>
/// <param name="Kind">E.g. <c>Secret</c>.</param>
/// <param name="Name">Name, in the service account's namespace.</param>
/// <param name="Uid">Uid; null for whichever object has the name.</param>
public sealed record BoundObjectReference(string ApiVersion, string Kind, string Name, string? Uid = null)
{
    internal JsonObject ToJson()
    {
        var json = new JsonObject { ["apiVersion"] = ApiVersion, ["kind"] = Kind, ["name"] = Name };
        json.Put("uid", Uid);
        return json;
    }
}
