using System.Text.Json.Nodes;
using Onboarding.Api.Install;
using Onboarding.Api.Reading;
using Onboarding.Client.Errors;
using Onboarding.Documents;
using Onboarding.Fleet.Contexts;
using Onboarding.Fleet.Errors;
using Onboarding.Kubernetes;

namespace Onboarding.Fleet.Planes;

/// <summary>The plane's configuration in a cluster.</summary>
/// <param name="kubernetes">The cluster.</param>
public sealed class PlaneStore(KubernetesClient kubernetes)
{
    /// <summary>Lists planes: a cluster has one, but for a moment when it moves.</summary>
    /// <param name="ns">Namespace; null for all.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    public async Task<IReadOnlyList<OnboardingPlane>> ListAsync(string? ns, CancellationToken cancellationToken)
    {
        OnboardingPlane[] found = [.. (await kubernetes.ListAsync<OnboardingPlane>(ns, cancellationToken: cancellationToken)).Items];
        return found.Length > 0 ? found : throw new OnboardingException(
            ModuleErrorIds.PlaneConfigurationNotFound,
            $"There is no OnboardingPlane in {(ns is null ? "any namespace" : $"namespace {ns}")}.",
            "apply one: Set-OnboardingPlane -Path plane.yaml; or choose another context: Connect-OnboardingPlane -Context NAME");
    }

    /// <summary>The one plane.</summary>
    /// <param name="ns">Namespace; null for all.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    public async Task<OnboardingPlane> GetAsync(string? ns, CancellationToken cancellationToken)
    {
        IReadOnlyList<OnboardingPlane> all = await ListAsync(ns, cancellationToken);
        return all.Count == 1 ? all[0] : throw new OnboardingException(
            ModuleErrorIds.PlaneConfigurationInvalid,
            $"There are {all.Count} OnboardingPlanes: {string.Join(", ", all.Select(p => $"{p.Metadata.Namespace}/{p.Metadata.Name}"))}.",
            $"say which is meant: -Namespace {all[0].Metadata.Namespace}");
    }

    /// <summary>Reads a file with one OnboardingPlane.</summary>
    /// <param name="path">The file.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    public static async Task<OnboardingPlane> ReadAsync(string path, CancellationToken cancellationToken)
    {
        ReadResult<IReadOnlyList<JsonObject>> read = ResourceReader.ReadManifest(await File.ReadAllBytesAsync(path, cancellationToken));
        if (read.Value is not { } objects)
        {
            throw Invalid(path, string.Join("; ", read.Errors));
        }

        OnboardingPlane[] planes = [.. objects.Where(o => (string?)o["kind"] == OnboardingPlane.Definition.Kind).Select(OnboardingPlane.FromJson)];
        return planes.Length != 1 ? throw Invalid(path, $"it holds {planes.Length} OnboardingPlanes, not one") : Checked(planes[0], path);
    }

    /// <summary>Applies a configuration, by server-side apply: what others own stays theirs.</summary>
    /// <param name="plane">The configuration.</param>
    /// <param name="force">Take over fields that others own.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    public Task<OnboardingPlane> ApplyAsync(OnboardingPlane plane, bool force, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(plane);
        JsonObject json = plane.ToJson();
        json.Remove("status");
        json["metadata"] = new JsonObject { ["name"] = plane.Metadata.Name, ["namespace"] = plane.Metadata.Namespace };
        return kubernetes.PatchAsync<OnboardingPlane>(
            plane.Metadata.Namespace,
            plane.Metadata.Name,
            V1Patch.Apply(json),
            new PatchOptions { FieldManager = FleetSession.FieldManager, Force = force },
            cancellationToken);
    }

    /// <summary>Trusts an issuer, or changes how it is trusted.</summary>
    /// <param name="ns">Namespace of the plane; null to look for it.</param>
    /// <param name="issuer">The issuer, as a list entry of <c>spec.workloads.authentication.jwt.issuers</c>.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    public async Task<OnboardingPlane> PutIssuerAsync(string? ns, JsonObject issuer, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(issuer);
        string name = (string)issuer["issuer"]!;
        return await ChangeIssuersAsync(ns, issuers => [.. issuers.Where(i => NameOf(i) != name), issuer], cancellationToken);
    }

    /// <summary>Trusts an issuer no more. Its members leave when their tokens are renewed.</summary>
    /// <param name="ns">Namespace of the plane; null to look for it.</param>
    /// <param name="issuer">The issuer, exactly as in <c>iss</c>.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    /// <exception cref="OnboardingException"><see cref="ModuleErrorIds.IssuerNotFound"/>.</exception>
    public Task<OnboardingPlane> RemoveIssuerAsync(string? ns, string issuer, CancellationToken cancellationToken) => ChangeIssuersAsync(
        ns,
        issuers => issuers.Any(i => NameOf(i) == issuer) ? [.. issuers.Where(i => NameOf(i) != issuer)] : throw new OnboardingException(
            ModuleErrorIds.IssuerNotFound,
            $"The plane doesn't trust an issuer '{issuer}'; it trusts {(issuers.Count == 0 ? "none" : string.Join(", ", issuers.Select(NameOf)))}.",
            "give it exactly as in iss; list those there are: (Get-OnboardingPlane).Issuers"),
        cancellationToken);

    private Task<OnboardingPlane> ChangeIssuersAsync(
        string? ns, Func<IReadOnlyList<JsonObject>, IReadOnlyList<JsonObject>> change, CancellationToken cancellationToken) => Contention.RetryAsync(async () =>
    {
        OnboardingPlane plane = await GetAsync(ns, cancellationToken);
        JsonObject[] issuers =
        [
            .. (plane.ToJson()["spec"]?["workloads"]?["authentication"]?["jwt"]?["issuers"] as JsonArray ?? []).OfType<JsonObject>().Select(i => i.DeepClone().AsObject()),
        ];
        JsonObject changed = plane.ToJson();
        var list = new JsonArray([.. change(issuers).Select(i => (JsonNode)i.DeepClone())]);
        Child(Child(Child(Child(changed, "spec"), "workloads"), "authentication"), "jwt")["issuers"] = list;
        // Read by the plane's own rules before it is written: a plane with errors keeps its last configuration, and says so to no one at a prompt.
        Checked(OnboardingPlane.FromJson(changed), $"{plane.Metadata.Namespace}/{plane.Metadata.Name}");
        return await kubernetes.PatchAsync<OnboardingPlane>(
            plane.Metadata.Namespace,
            plane.Metadata.Name,
            // With the version it was read with: a list is replaced as a whole, and another person's issuer must not be lost.
            V1Patch.Merge(new JsonObject
            {
                ["metadata"] = new JsonObject { ["resourceVersion"] = plane.Metadata.ResourceVersion },
                ["spec"] = new JsonObject { ["workloads"] = new JsonObject { ["authentication"] = new JsonObject { ["jwt"] = new JsonObject { ["issuers"] = list.DeepClone() } } } },
            }),
            new PatchOptions { FieldManager = FleetSession.FieldManager },
            cancellationToken);
    });

    private static string? NameOf(JsonObject issuer) => (string?)issuer["issuer"];

    private static JsonObject Child(JsonObject parent, string name)
    {
        if (parent[name] is JsonObject child)
        {
            return child;
        }

        var made = new JsonObject();
        parent[name] = made;
        return made;
    }

    private static OnboardingPlane Checked(OnboardingPlane plane, string where)
    {
        string[] errors = [.. plane.Problems.Where(p => p.Severity == ProblemSeverity.Error).Select(p => p.ToString())];
        return errors.Length == 0 ? plane : throw Invalid(where, string.Join("; ", errors));
    }

    private static OnboardingException Invalid(string where, string why) => new(
        ModuleErrorIds.PlaneConfigurationInvalid, $"{where} can't configure a plane: {why}.", "correct it; every problem of a file with its line: Test-OnboardingConfiguration FILE");
}
