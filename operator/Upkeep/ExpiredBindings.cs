using System.Globalization;
using System.Text.Json.Nodes;
using Onboarding.Api;
using Onboarding.Api.Runtime;
using Onboarding.Kubernetes;
using Onboarding.Operator.Loops;
using Onboarding.Plane.Audit;
using Onboarding.Plane.Cluster;
using Onboarding.Plane.Settings;

namespace Onboarding.Operator.Upkeep;

/// <summary>
/// Deletes bindings whose identity hasn't been registered for the plane's retention time. Runs on the leader. When an identity was
/// last registered is written on its binding, so that it outlives leaders; and a binding goes only if it was due for a while by the
/// leader's own monotonic clock, so that a clock that jumps doesn't unbind a fleet.
/// </summary>
internal sealed partial class ExpiredBindings(
    KubernetesClient client,
    ClusterState cluster,
    AuditLog audit,
    PlaneConfiguration plane,
    TimeProvider time,
    ILogger<ExpiredBindings> logger) : Reconciler
{
    private static readonly TimeSpan DueFor = TimeSpan.FromMinutes(10);

    private readonly Dictionary<string, long> _dueSince = [];

    public override string Name => "let key bindings expire";

    public override TimeSpan Period { get; } = TimeSpan.FromMinutes(1);

    public override bool CanSee => cluster.Registrations.IsConnected && cluster.KeyBindings.IsConnected && plane.Current is not null;

    public override void Forget() => _dueSince.Clear();

    public override async Task<ReconcileResult> ReconcileAsync(CancellationToken cancellationToken)
    {
        TimeSpan retention = plane.Required.Spec.KeyBinding.Retention;
        foreach (WorkloadKeyBinding binding in cluster.KeyBindings.List())
        {
            await LookAsync(binding, retention, cancellationToken);
        }

        return ReconcileResult.Done;
    }

    private async Task LookAsync(WorkloadKeyBinding binding, TimeSpan wanted, CancellationToken cancellationToken)
    {
        string uid = binding.Metadata.Uid ?? "";
        DateTimeOffset? since = Read(binding);
        bool isUsed = binding.Spec is null || cluster.RegistrationsByIdentity.Find(binding.Spec.Identity).Count > 0;
        try
        {
            if (isUsed || since is null || time.GetUtcNow() - since < wanted)
            {
                _dueSince.Remove(uid);
                if (isUsed != (since is null))
                {
                    await MarkAsync(binding, isUsed ? null : time.GetUtcNow(), cancellationToken);
                }
            }
            else if (!_dueSince.TryGetValue(uid, out long due))
            {
                _dueSince[uid] = time.GetTimestamp();
            }
            else if (time.GetElapsedTime(due) >= DueFor)
            {
                await DeleteAsync(binding, cancellationToken);
            }
        }
        catch (KubernetesException e)
        {
            LogFailed(logger, binding.Metadata.Name, e.Message);
        }
    }

    private async Task MarkAsync(WorkloadKeyBinding binding, DateTimeOffset? since, CancellationToken cancellationToken)
    {
        // With the version that was judged: an agent that comes at this moment wins.
        var body = new JsonObject
        {
            ["metadata"] = new JsonObject
            {
                ["resourceVersion"] = binding.Metadata.ResourceVersion,
                ["annotations"] = new JsonObject { [WellKnownAnnotations.UnusedSince] = since?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture) },
            },
        };
        await client.PatchAsync<WorkloadKeyBinding>(cluster.PlaneNamespace, binding.Metadata.Name, V1Patch.Merge(body), cancellationToken: cancellationToken);
    }

    private async Task DeleteAsync(WorkloadKeyBinding binding, CancellationToken cancellationToken)
    {
        await client.DeleteAsync<WorkloadKeyBinding>(
            cluster.PlaneNamespace,
            binding.Metadata.Name,
            new DeleteOptions { Uid = binding.Metadata.Uid, ResourceVersion = binding.Metadata.ResourceVersion },
            cancellationToken);
        _dueSince.Remove(binding.Metadata.Uid ?? "");
        LogDeleted(logger, binding.Spec!.Identity);
        audit.Allowed(new AuditRecord("remove", binding.Metadata.Uid ?? binding.Metadata.Name, "plane")
        {
            Key = binding.Spec.Jkt,
            Detail = $"the key binding of {binding.Spec.Identity}: not registered for the retention time",
        });
    }

    private static DateTimeOffset? Read(WorkloadKeyBinding binding) =>
        binding.Metadata.Annotations.TryGetValue(WellKnownAnnotations.UnusedSince, out string? text)
        && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset since)
            ? since
            : null;

    [LoggerMessage(4032, LogLevel.Information, "Deleted the key binding of {Identity}: not registered for the retention time")]
    private static partial void LogDeleted(ILogger logger, string identity);

    [LoggerMessage(4033, LogLevel.Warning, "Key binding {Name} can't be marked or deleted: {Reason} Trying again.")]
    private static partial void LogFailed(ILogger logger, string name, string reason);
}
