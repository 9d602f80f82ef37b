using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Onboarding.Embedded.Errors;
using Onboarding.Embedded.Schemas;

namespace Onboarding.Embedded.Requests;

/// <summary>How a write was asked for.</summary>
/// <param name="Version">API version the client speaks.</param>
/// <param name="Manager">Who is recorded as writer of the fields.</param>
internal sealed record WriteContext(string Version, string Manager)
{
    /// <summary>Subresource written; empty for the object itself.</summary>
    public string Subresource { get; init; } = "";

    public bool DryRun { get; init; }

    public FieldStrictness FieldValidation { get; init; }

    /// <summary>Fields given twice in the body.</summary>
    public IReadOnlyList<string> Duplicates { get; init; } = [];

    /// <summary>Takes warnings for the client.</summary>
    public Action<string> Warn { get; init; } = static _ => { };

    /// <summary>Refuses what may be written by others but not by this client; gets the new state and the old, null for a new object.</summary>
    public Action<JsonObject, JsonObject?> Admit { get; init; } = static (_, _) => { };

    /// <summary>Refuses a write that would create an object by a client that may only change some; of server-side apply.</summary>
    public Action RequireCreate { get; init; } = static () => { };

    /// <summary>The patch as text where the write is one; unknown fields are then reported as the patch's fault.</summary>
    public string? Patch { get; init; }

    /// <summary>True for a PUT, which replaces managed fields by comparison like any update but needs a version for custom resources.</summary>
    public bool RequireVersion { get; init; }

    /// <summary>True for server-side apply, whose field ownership is computed by the patch itself.</summary>
    public bool Apply { get; init; }

    public static WriteContext FromRequest(ResourceRequest request) => new(request.Version, request.FieldManager)
    {
        Subresource = request.Subresource,
        DryRun = request.DryRun,
        FieldValidation = request.Query("fieldValidation") switch
        {
            "Strict" => FieldStrictness.Strict,
            "Ignore" => FieldStrictness.Ignore,
            null or "Warn" => FieldStrictness.Warn,
            { } other => throw ApiErrors.Invalid("meta.k8s.io", "PatchOptions", "",
                [FieldError.NotSupported("fieldValidation", $"\"{other}\"", ["Ignore", "Strict", "Warn"])]),
        },
        Warn = text => AddWarning(request, text),
    };

    private static void AddWarning(ResourceRequest request, string text) => request.Http.Response.Headers.Append(
        "Warning", $"299 - \"{text.Replace("\"", "\\\"", StringComparison.Ordinal)}\"");
}

/// <summary>What happens to unknown and doubled fields.</summary>
internal enum FieldStrictness
{
    /// <summary>They are dropped; the client is told in <c>Warning</c> headers. The default.</summary>
    Warn,

    /// <summary>The request is refused.</summary>
    Strict,

    /// <summary>They are dropped.</summary>
    Ignore,
}
