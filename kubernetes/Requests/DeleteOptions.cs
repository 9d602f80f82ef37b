using System.Text.Json.Nodes;

namespace Onboarding.Kubernetes;

/// <summary>Under which conditions, and how, an object is deleted.</summary>
public sealed record DeleteOptions
{
    /// <summary>Only if it is still this very object; else a conflict.</summary>
    public string? Uid { get; init; }

    /// <summary>Only if it is still in this state; else a conflict.</summary>
    public string? ResourceVersion { get; init; }

    /// <summary>What becomes of the objects it owns.</summary>
    public PropagationPolicy PropagationPolicy { get; init; }

    /// <summary>Time the object is given to shut down; null for its kind's default. Whole seconds.</summary>
    public TimeSpan? GracePeriod { get; init; }

    /// <summary>True to have the request checked by the server, and nothing deleted.</summary>
    public bool DryRun { get; init; }

    internal JsonObject ToJson()
    {
        var preconditions = new JsonObject();
        preconditions.Put("uid", Uid);
        preconditions.Put("resourceVersion", ResourceVersion);
        var json = new JsonObject { ["apiVersion"] = "v1", ["kind"] = "DeleteOptions" };
        json.Put("preconditions", preconditions);
        json.Put("propagationPolicy", PropagationPolicy == PropagationPolicy.Default ? null : PropagationPolicy.ToString());
        json.Put("gracePeriodSeconds", GracePeriod is { } grace ? JsonValue.Create((long)grace.TotalSeconds) : null);
        json.Put("dryRun", DryRun ? new JsonArray("All") : null);
        return json;
    }
}
