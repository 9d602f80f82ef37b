using System.Text.Json.Nodes;

namespace Onboarding.Kubernetes;

/// <summary>A change to an object.</summary>
public sealed class V1Patch
{
    private V1Patch(string contentType, JsonNode body, bool isApply)
    {
        ContentType = contentType;
        Body = body;
        IsApply = isApply;
    }

    internal string ContentType { get; }

    internal JsonNode Body { get; }

    /// <summary>True for server-side apply.</summary>
    internal bool IsApply { get; }

    /// <summary>Fields to set, null for fields to remove (RFC 7386). Lists are replaced whole.</summary>
    /// <param name="body">The fields.</param>
    public static V1Patch Merge(JsonNode body) => new("application/merge-patch+json", Checked(body), isApply: false);

    /// <summary>Operations in order, all or none (RFC 6902); a failed <c>test</c> is reason <c>Invalid</c>.</summary>
    /// <param name="operations">An array of operations.</param>
    public static V1Patch Json(JsonNode operations) => new("application/json-patch+json", Checked(operations), isApply: false);

    /// <summary>
    /// Server-side apply: everything the field manager wants, with <c>apiVersion</c> and <c>kind</c>. Fields it set before and
    /// leaves out now are removed; fields of other managers are kept. Creates the object if there is none.
    /// </summary>
    /// <param name="body">The object as the field manager wants it.</param>
    public static V1Patch Apply(JsonNode body) => new("application/apply-patch+yaml", Checked(body), isApply: true);

    private static JsonNode Checked(JsonNode body)
    {
        ArgumentNullException.ThrowIfNull(body);
        return body;
    }
}
