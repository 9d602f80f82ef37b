using System.Security.Cryptography;
using System.Text;
using Onboarding.Api.Meta;
using Onboarding.Kubernetes.Models;

namespace Onboarding.Plane.Events;

/// <summary>Something that people who look at the cluster should know. Those with one key are one series.</summary>
internal sealed record PlaneEvent
{
    private const int KeyDigits = 16;
    private const int LongestName = 200;

    /// <summary>Object it is about; its namespace is the Event's.</summary>
    public required V1ObjectReference About { get; init; }

    /// <summary>What makes one series: identity and reason, say.</summary>
    public required string Key { get; init; }

    /// <summary><c>Normal</c> or <c>Warning</c>.</summary>
    public string Type { get; init; } = "Warning";

    /// <summary>What happened, CamelCase.</summary>
    public required string Reason { get; init; }

    /// <summary>What happened, for people.</summary>
    public required string Message { get; init; }

    /// <summary>Finds the audit record.</summary>
    public required string CorrelationId { get; init; }

    /// <summary>What else is said, by annotation.</summary>
    public IReadOnlyDictionary<string, string> Annotations { get; init; } = new Dictionary<string, string>();

    /// <summary>A reference to an object, as Events have it.</summary>
    public static V1ObjectReference ReferenceTo(ResourceDefinition kind, V1ObjectMeta metadata) => new()
    {
        ApiVersion = kind.ApiVersion,
        Kind = kind.Kind,
        Namespace = metadata.Namespace,
        Name = metadata.Name,
        Uid = metadata.Uid,
    };

    /// <summary>
    /// Name of the Event object: the same at every replica and after a restart, so that a series stays one object. It is made of
    /// the object's uid too: a group that is made again under its name begins a new series.
    /// </summary>
    public string Name
    {
        get
        {
            string name = About.Name ?? "";
            byte[] hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{About.Uid}\n{Reason}\n{Key}"));
            return $"{name[..Math.Min(name.Length, LongestName)].TrimEnd('.', '-')}.{Convert.ToHexStringLower(hash)[..KeyDigits]}";
        }
    }
}
