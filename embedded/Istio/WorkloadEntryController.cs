using System.Text.Json.Nodes;
using Grpc.Core;
using Onboarding.Embedded.Errors;
using Onboarding.Embedded.Json;
using Onboarding.Embedded.Kinds;
using Onboarding.Embedded.Objects;
using Onboarding.Embedded.Requests;

namespace Onboarding.Embedded.Istio;

/// <summary>
/// Keeps on WorkloadEntries what istiod keeps there: which istiod has the proxy, since when, and how its application is. It writes as
/// istiod does, so that everybody else's fields, the plane's above all, stay whose they are.
/// </summary>
internal sealed partial class WorkloadEntryController(ObjectService objects, ILogger<WorkloadEntryController> logger) : IProxyObserver
{
    private const string Instance = "istiod-0";
    private const string Healthy = "Healthy";

    private static readonly WriteContext Writer = new("v1", "pilot-discovery");
    private static readonly WriteContext StatusWriter = Writer with { Subresource = "status" };

    private readonly Lock _lock = new();
    private readonly Dictionary<(string Namespace, string Entry, string Location), int> _streams = [];

    /// <inheritdoc />
    public async Task<bool> ConnectAsync(ConnectedProxy proxy, CancellationToken cancellationToken)
    {
        if (proxy.WorkloadEntry.Length == 0 || !MayHave(proxy, Find(proxy)))
        {
            return false;
        }

        lock (_lock)
        {
            _streams[Key(proxy)] = _streams.GetValueOrDefault(Key(proxy)) + 1;
        }

        if (await UpdateAsync(proxy, Writer, entry => EntryAnnotations.Connect(entry, Instance, proxy.ConnectedAt)) is { } failure)
        {
            WasLast(proxy);
            throw Refused($"failed updating WorkloadEntry {proxy.Namespace}/{proxy.WorkloadEntry} err: {failure}");
        }

        return true;
    }

    /// <inheritdoc />
    public Task ReportAsync(ConnectedProxy proxy, WorkloadHealth health, CancellationToken cancellationToken) => UpdateAsync(
        proxy,
        StatusWriter,
        entry =>
        {
            bool isOld = EntryAnnotations.Parse(Condition(entry).Text("lastProbeTime")) > health.Time;
            if (!isOld && EntryAnnotations.BelongsTo(entry, Instance))
            {
                SetCondition(entry, ConditionOf(health));
            }
        });

    /// <inheritdoc />
    public async Task DisconnectAsync(ConnectedProxy proxy, DateTimeOffset at)
    {
        if (!WasLast(proxy))
        {
            return;
        }

        await UpdateAsync(proxy, Writer, entry => EntryAnnotations.Disconnect(entry, Instance, proxy.ConnectedAt, at));

        // No one knows any more how the application is. A proxy that came back meanwhile has said so, and it stays.
        await UpdateAsync(
            proxy,
            StatusWriter,
            entry =>
            {
                if (EntryAnnotations.BelongsTo(entry, Instance) && EntryAnnotations.IsDisconnected(entry))
                {
                    SetCondition(entry, null);
                }
            });
    }

    private static (string Namespace, string Entry, string Location) Key(ConnectedProxy proxy) =>
        (proxy.Namespace, proxy.WorkloadEntry, proxy.Location);

    /// <summary>True if a proxy has this entry; false if it has none that is of interest.</summary>
    /// <exception cref="RpcException">It says it has one that isn't there, or is another account's.</exception>
    private static bool MayHave(ConnectedProxy proxy, JsonObject? entry)
    {
        if (entry is null)
        {
            return proxy.AutoRegisters
                ? false
                : throw Refused(
                    "proxy metadata indicates that it must correspond to an existing WorkloadEntry, " +
                    $"however WorkloadEntry {proxy.Namespace}/{proxy.WorkloadEntry} is not found");
        }

        if (!proxy.AutoRegisters && !EntryAnnotations.TakesHealth(entry))
        {
            return false;
        }

        // Without this check every workload of a namespace could report another's application healthy, or ill.
        return entry.Text("spec", "serviceAccount") is { Length: > 0 } account && account != proxy.Identity.ServiceAccount
            ? throw Refused($"registration of WorkloadEntry service account mismatch: \"{proxy.Identity.ServiceAccount}\" vs \"{account}\"")
            : true;
    }

    // istiod gives these no code of their own.
    private static RpcException Refused(string why) => StreamRefusal.Create(StatusCode.Unknown, why);

    private static JsonObject ConditionOf(WorkloadHealth health)
    {
        string now = EntryAnnotations.Format(health.Time);
        var condition = new JsonObject
        {
            ["type"] = Healthy,
            ["status"] = health.Healthy ? "True" : "False",
            ["lastProbeTime"] = now,
            ["lastTransitionTime"] = now,
        };
        if (health.Message.Length > 0)
        {
            condition["message"] = health.Message;
        }

        return condition;
    }

    private static JsonNode? Condition(JsonObject entry) => entry.List("status", "conditions").FirstOrDefault(c => c.Text("type") == Healthy);

    /// <summary>Sets or removes our condition; the list may hold others', which stay.</summary>
    private static void SetCondition(JsonObject entry, JsonObject? condition)
    {
        if (condition is null && Condition(entry) is null)
        {
            return;
        }

        JsonNode[] others = [.. entry.List("status", "conditions").Where(c => c.Text("type") != Healthy).Select(c => c!.DeepClone())];
        entry.Child("status")["conditions"] = new JsonArray(condition is null ? others : [.. others, condition]);
    }

    /// <summary>Forgets a stream; true if the machine has no other.</summary>
    private bool WasLast(ConnectedProxy proxy)
    {
        lock (_lock)
        {
            return --_streams[Key(proxy)] == 0 && _streams.Remove(Key(proxy));
        }
    }

    private JsonObject? Find(ConnectedProxy proxy)
    {
        try
        {
            return objects.Get(CustomKinds.WorkloadEntry, proxy.Namespace, proxy.WorkloadEntry);
        }
        catch (ApiException e) when (e.Reason == "NotFound")
        {
            return null;
        }
    }

    /// <returns>Why it can't be written; null if it is, or needn't be any more.</returns>
    private async Task<string?> UpdateAsync(ConnectedProxy proxy, WriteContext writer, Action<JsonObject> change)
    {
        try
        {
            await objects.UpdateAsync(
                CustomKinds.WorkloadEntry,
                proxy.Namespace,
                proxy.WorkloadEntry,
                entry =>
                {
                    change(entry);
                    return entry;
                },
                writer);
            return null;
        }
        catch (ApiException e) when (e.Reason is "NotFound" or "Conflict")
        {
            // Gone: the plane removes the entry before the sidecar stops. Or it changes all the time, and the next report will do.
            return null;
        }
        catch (ApiException e)
        {
            // Such as one that was stored before the webhook refused it.
            LogNotWritten(proxy.Namespace, proxy.WorkloadEntry, e.Message);
            return e.Message;
        }
    }

    [LoggerMessage(3109, LogLevel.Warning, "Could not write WorkloadEntry {Namespace}/{Entry}: {Reason}", EventName = "EntryNotWritten")]
    private partial void LogNotWritten(string @namespace, string entry, string reason);
}
