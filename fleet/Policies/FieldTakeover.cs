using System.Text.Json.Nodes;
using Onboarding.Api.Policies;
using Onboarding.Fleet.Errors;
using Onboarding.Kubernetes;

namespace Onboarding.Fleet.Policies;

/// <summary>
/// Makes fields that this module created belong to what it applies. For the API server a creation and an apply of one name are two
/// managers: without this, <c>Set-WorkloadGroupPolicy</c> conflicts with <c>New-WorkloadGroupPolicy</c>, and by force a rule that is left
/// out would stay in force (as kubectl's csaupgrade does).
/// </summary>
internal sealed class FieldTakeover(KubernetesClient kubernetes)
{
    /// <summary>Does it for one policy, if it is there and this module created it.</summary>
    public Task TakeOverAsync(string ns, string name, string manager, CancellationToken cancellationToken) => Contention.RetryAsync(async () =>
    {
        OnboardingPolicy? existing = await kubernetes.TryGetAsync<OnboardingPolicy>(ns, name, cancellationToken: cancellationToken);
        if (existing is not { Metadata: { ManagedFields: { } owners, ResourceVersion: { } version } }
            || Merged(owners, manager) is not { } merged)
        {
            return null;
        }

        // With the version it was read with: what others wrote since is theirs.
        return await kubernetes.PatchAsync<OnboardingPolicy>(
            ns,
            name,
            V1Patch.Json(new JsonArray(
                new JsonObject { ["op"] = "replace", ["path"] = "/metadata/managedFields", ["value"] = merged },
                new JsonObject { ["op"] = "replace", ["path"] = "/metadata/resourceVersion", ["value"] = version })),
            new PatchOptions { FieldManager = manager },
            cancellationToken);
    });

    /// <summary>The owners with what this manager created as what it applied; null if it created nothing.</summary>
    internal static JsonArray? Merged(JsonArray owners, string manager)
    {
        JsonObject[] all = [.. owners.OfType<JsonObject>().Select(o => o.DeepClone().AsObject())];
        JsonObject[] created = [.. all.Where(o => Is(o, manager, "Update") && Text(o["subresource"]).Length == 0)];
        if (created.Length == 0)
        {
            return null;
        }

        JsonObject applied = Array.Find(all, o => Is(o, manager, "Apply")) ?? created[0];
        foreach (JsonObject other in created.Where(o => o != applied))
        {
            Add(applied, other);
        }

        applied["operation"] = "Apply";
        return [.. all.Where(o => o == applied || !created.Contains(o))];
    }

    private static bool Is(JsonObject owner, string manager, string operation) => Text(owner["manager"]) == manager && Text(owner["operation"]) == operation;

    private static string Text(JsonNode? node) => node is JsonValue value && value.TryGetValue(out string? text) ? text : "";

    private static void Add(JsonObject target, JsonObject source)
    {
        if (source["fieldsV1"] is JsonObject fields)
        {
            Union(target["fieldsV1"] is JsonObject own ? own : (JsonObject)(target["fieldsV1"] = new JsonObject()), fields);
        }
    }

    private static void Union(JsonObject target, JsonObject source)
    {
        foreach ((string key, JsonNode? value) in source)
        {
            if (target[key] is JsonObject own && value is JsonObject more)
            {
                Union(own, more);
            }
            else if (!target.ContainsKey(key))
            {
                target[key] = value?.DeepClone();
            }
        }
    }
}
