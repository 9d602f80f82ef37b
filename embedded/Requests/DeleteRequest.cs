using System.Text.Json.Nodes;
using Onboarding.Embedded.Errors;
using Onboarding.Embedded.Json;
using Onboarding.Embedded.Schemas;

namespace Onboarding.Embedded.Requests;

/// <summary>How an object is to be deleted.</summary>
internal sealed record DeleteRequest
{
    /// <summary>Only this very object.</summary>
    public string? Uid { get; init; }

    /// <summary>Only this version of it.</summary>
    public string? ResourceVersion { get; init; }

    /// <summary><c>Background</c> (default), <c>Foreground</c> or <c>Orphan</c>.</summary>
    public string Propagation { get; init; } = "Background";

    public bool DryRun { get; init; }

    public static DeleteRequest Read(JsonObject? body, ResourceRequest request)
    {
        string? propagation = body.Text("propagationPolicy") ?? request.Query("propagationPolicy");
        bool orphan = body.Flag("orphanDependents") || request.QueryFlag("orphanDependents");
        if (propagation is not (null or "Background" or "Foreground" or "Orphan"))
        {
            throw ApiErrors.Invalid("meta.k8s.io", "DeleteOptions", "",
                [FieldError.NotSupported("propagationPolicy", $"\"{propagation}\"", ["Background", "Foreground", "Orphan"])]);
        }

        return new DeleteRequest
        {
            Uid = body.Text("preconditions", "uid"),
            ResourceVersion = body.Text("preconditions", "resourceVersion"),
            Propagation = propagation ?? (orphan ? "Orphan" : "Background"),
            DryRun = request.DryRun || body.Texts("dryRun").Contains("All"),
        };
    }
}
