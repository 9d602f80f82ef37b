using System.Globalization;
using System.IO.Compression;
using System.Text.Json;
using System.Text.Json.Nodes;
using Onboarding.Api;
using Onboarding.Api.Install;
using Onboarding.Api.Istio;
using Onboarding.Api.Meta;
using Onboarding.Api.Policies;
using Onboarding.Api.Runtime;
using Onboarding.Fleet.Contexts;
using Onboarding.Kubernetes;
using Onboarding.Kubernetes.Models;

namespace Onboarding.Fleet.Support;

/// <summary>
/// What a person who helps from afar has to see of a cluster, in one file. It never has a Secret, a token, a hash of one, or a credential of
/// the kubeconfig: they aren't asked for, and what is asked for is written without.
/// </summary>
/// <param name="session">The cluster.</param>
/// <param name="time">The clock.</param>
public sealed class SupportBundle(FleetSession session, TimeProvider time)
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>Writes it.</summary>
    /// <param name="path">The file, a ZIP, which isn't there yet.</param>
    /// <param name="auditLog">An audit log to take in; null for none.</param>
    /// <param name="cancellationToken">Cancels it; no half of it stays.</param>
    /// <returns>What couldn't be read, with why: also in the bundle.</returns>
    public async Task<IReadOnlyList<string>> WriteAsync(string path, string? auditLog, CancellationToken cancellationToken)
    {
        var missing = new List<string>();
        bool done = false;
        try
        {
            await using (var file = new FileStream(path, NewFile()))
            await using (var zip = new ZipArchive(file, ZipArchiveMode.Create))
            {
                await AddListAsync<OnboardingPlane>(zip, "planes.json", missing, cancellationToken);
                await AddListAsync<OnboardingPolicy>(zip, "policies.json", missing, cancellationToken);
                await AddListAsync<WorkloadGroup>(zip, "workloadgroups.json", missing, cancellationToken);
                await AddListAsync<WorkloadAutoRegistration>(zip, "registrations.json", missing, cancellationToken);
                await AddListAsync<WorkloadEntry>(zip, "workloadentries.json", missing, cancellationToken);
                await AddListAsync<WorkloadKeyBinding>(zip, "keybindings.json", missing, cancellationToken);
                await AddListAsync<JoinToken>(zip, "jointokens.json", missing, cancellationToken);
                await AddListAsync<CoreV1Event>(zip, "events.json", missing, cancellationToken, new ListOptions { FieldSelector = $"reason={EventAnnotations.Refused}" });
                if (auditLog is not null)
                {
                    await AddFileAsync(zip, "audit.jsonl", auditLog, cancellationToken);
                }

                await AddAsync(zip, "about.json", About(missing), cancellationToken);
            }

            done = true;
            return missing;
        }
        finally
        {
            if (!done && File.Exists(path))
            {
                File.Delete(path);
            }
        }
    }

    /// <summary>An object without what is a secret, or could be guessed from.</summary>
    /// <param name="json">The object.</param>
    public static JsonObject Redact(JsonObject json)
    {
        ArgumentNullException.ThrowIfNull(json);
        JsonObject copy = json.DeepClone().AsObject();
        (copy["metadata"] as JsonObject)?.Remove("managedFields");
        if ((copy["metadata"] as JsonObject)?["annotations"] is JsonObject annotations)
        {
            // It holds whatever was applied, also what a later version took out.
            annotations.Remove("kubectl.kubernetes.io/last-applied-configuration");
            annotations.Remove(WellKnownAnnotations.WorkloadGroupSnapshotMac);
        }

        (copy["spec"] as JsonObject)?.Remove("tokenSha256");
        return copy;
    }

    private static FileStreamOptions NewFile()
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            // Names and addresses of machines aren't for other users of this host.
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return options;
    }

    private JsonObject About(List<string> missing) => new()
    {
        ["made"] = time.GetUtcNow().UtcDateTime.ToString("O", CultureInfo.InvariantCulture),
        ["context"] = session.Context.Name,
        ["cluster"] = session.Context.Cluster,
        ["module"] = typeof(SupportBundle).Assembly.GetName().Version?.ToString(),
        ["runtime"] = System.Runtime.InteropServices.RuntimeInformation.FrameworkDescription,
        ["system"] = System.Runtime.InteropServices.RuntimeInformation.OSDescription,
        ["missing"] = new JsonArray([.. missing.Select(m => (JsonNode)m)]),
    };

    private async Task AddListAsync<T>(ZipArchive zip, string name, List<string> missing, CancellationToken cancellationToken, ListOptions? options = null)
        where T : IKubernetesObject<T>
    {
        try
        {
            KubernetesList<T> list = await session.Kubernetes.ListAsync<T>(null, options, cancellationToken);
            await AddAsync(zip, name, new JsonArray([.. list.Items.Select(i => (JsonNode)Redact(i.ToJson()))]), cancellationToken);
        }
        catch (KubernetesException e)
        {
            // What one may not read is no reason to have nothing of the rest.
            missing.Add($"{name}: {ForeignText.Clean(e.Message)}");
        }
    }

    private static async Task AddAsync(ZipArchive zip, string name, JsonNode content, CancellationToken cancellationToken)
    {
        await using Stream entry = await zip.CreateEntry(name).OpenAsync(cancellationToken);
        await JsonSerializer.SerializeAsync(entry, content, Indented, cancellationToken);
    }

    private static async Task AddFileAsync(ZipArchive zip, string name, string path, CancellationToken cancellationToken)
    {
        await using var source = new FileStream(path, new FileStreamOptions { Share = FileShare.ReadWrite | FileShare.Delete });
        await using Stream entry = await zip.CreateEntry(name).OpenAsync(cancellationToken);
        await source.CopyToAsync(entry, cancellationToken);
    }
}
