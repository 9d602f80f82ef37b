using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Onboarding.Api;
using Onboarding.Api.Istio;
using Onboarding.Api.Meta;
using Onboarding.Api.Runtime;
using Onboarding.Endpoint.Tokens;
using Onboarding.Plane.Refusals;

namespace Onboarding.Endpoint.BootConfiguration;

/// <summary>
/// The WorkloadGroup as a member runs it. Members keep it until their turn comes: a change of the group mustn't restart all of its
/// sidecars at once. A rollout takes the change over, one part of the members after the other.
/// </summary>
/// <remarks>
/// Anyone who may edit registrations of a namespace can write the annotations, and the plane asks the API server for tokens of the
/// account that the snapshot names, with rights that such an editor needn't have. So a snapshot counts only with the plane's MAC, and
/// its namespace and name are never read: a registration of one namespace can't come to an account of another. The account can't
/// simply be the group's present one: istiod refuses a sidecar whose token isn't of the account that it was started as.
/// </remarks>
internal sealed class GroupSnapshots(TokenKeyStore keys)
{
    // Members of a group have the same one, and each is read several times in a join.
    private readonly RecentResults<string, WorkloadGroup> _read = new(half: 256);

    private static readonly byte[] Purpose = Encoding.ASCII.GetBytes("onboarding workload-group-snapshot v1");

    /// <summary>
    /// The group with a note whether its members take HBONE. It is kept with the snapshot, under its MAC: what a member's entry says of tunnels must be
    /// true of the sidecar that runs, not of one that waits for its turn. Attack: an editor of registrations who turns the note off would have
    /// pods send in plain text.
    /// </summary>
    /// <param name="group">The group as it is now.</param>
    /// <param name="hbone">Whether a sidecar that starts now takes HBONE.</param>
    public static WorkloadGroup Noted(WorkloadGroup group, bool hbone) => group with
    {
        Metadata = group.Metadata with
        {
            Annotations = new Dictionary<string, string>(group.Metadata.Annotations) { [WellKnownAnnotations.Hbone] = hbone ? "true" : "false" },
        },
    };

    /// <summary>True if a member that keeps the group like this takes HBONE.</summary>
    /// <param name="kept">The group, noted or of a snapshot.</param>
    public static bool TakesHbone(WorkloadGroup kept) => kept.Metadata.Annotations.GetValueOrDefault(WellKnownAnnotations.Hbone) == "true";

    /// <summary>The annotations of a member that takes the group over as it is now.</summary>
    /// <param name="group">The group, noted.</param>
    /// <param name="member">Name of the registration, which is in the group's namespace.</param>
    /// <exception cref="RefusedException">The plane has no keys yet.</exception>
    public IReadOnlyDictionary<string, string> AnnotationsOf(WorkloadGroup group, string member)
    {
        string snapshot = Write(group);
        return new Dictionary<string, string>
        {
            [WellKnownAnnotations.WorkloadGroupSnapshot] = snapshot,
            [WellKnownAnnotations.WorkloadGroupSnapshotMac] = Mac(group.Metadata.Namespace!, member, snapshot),
        };
    }

    /// <summary>The snapshot of a registration; the group as it is now where there is none that this plane wrote.</summary>
    /// <exception cref="RefusedException">The plane has no keys yet.</exception>
    public WorkloadGroup ForRegistration(WorkloadAutoRegistration registration, WorkloadGroup current)
    {
        if (!registration.Metadata.Annotations.TryGetValue(WellKnownAnnotations.WorkloadGroupSnapshot, out string? text) || !IsOurs(registration, text))
        {
            return current;
        }

        try
        {
            if (!_read.TryGet(text, out WorkloadGroup? kept) && JsonNode.Parse(text) is JsonObject json)
            {
                _read.Add(text, kept = WorkloadGroup.FromJson(json));
            }

            return kept is null ? current : current with { Metadata = current.Metadata with { Annotations = kept.Metadata.Annotations }, Spec = kept.Spec };
        }
        catch (JsonException)
        {
            // Of another version of the plane. The group itself is the next best thing.
            return current;
        }
    }

    private bool IsOurs(WorkloadAutoRegistration registration, string snapshot) => CryptographicOperations.FixedTimeEquals(
        Encoding.UTF8.GetBytes(registration.Metadata.Annotations.GetValueOrDefault(WellKnownAnnotations.WorkloadGroupSnapshotMac, "")),
        Encoding.UTF8.GetBytes(Mac(registration.Metadata.Namespace!, registration.Metadata.Name, snapshot)));

    // A key of its own, made of the one that all replicas share and that outlives rotations: what serves two purposes can be tricked
    // into one by the other. NUL is in no name: text can't move from one part to the next.
    private string Mac(string ns, string member, string snapshot)
    {
        byte[] key = HMACSHA256.HashData(keys.Required.ChallengeKey, Purpose);
        return Convert.ToBase64String(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes($"{ns}\0{member}\0{snapshot}")))
            .TrimEnd('=').Replace('+', '-').Replace('/', '_');
    }

    // Of the annotations the one that configures proxies, and our note; the rest is nothing to members.
    private static string Write(WorkloadGroup group)
    {
        var annotations = group.Metadata.Annotations
            .Where(a => a.Key is WellKnownAnnotations.ProxyConfig or WellKnownAnnotations.Hbone)
            .ToDictionary(a => a.Key, a => a.Value);
        return new WorkloadGroup
        {
            Metadata = new V1ObjectMeta { Name = group.Metadata.Name, Namespace = group.Metadata.Namespace, Annotations = annotations },
            Spec = group.Spec,
        }.ToJson().ToJsonString();
    }
}
