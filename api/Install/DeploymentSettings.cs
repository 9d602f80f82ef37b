using System.Text.Json.Nodes;
using Onboarding.Api.Reading;

namespace Onboarding.Api.Install;

/// <summary>Settings of a Deployment and its pods.</summary>
public sealed record DeploymentSettings
{
    /// <summary>How many pods; counts for nothing where <see cref="HpaSpec"/> is set.</summary>
    public int ReplicaCount { get; init; } = 2;

    /// <summary>Annotations of the Deployment.</summary>
    public IReadOnlyDictionary<string, string> Annotations { get; init; } = EmptyMap.Instance;

    /// <summary>Annotations of its pods.</summary>
    public IReadOnlyDictionary<string, string> PodAnnotations { get; init; } = EmptyMap.Instance;

    /// <summary>Labels of the nodes that its pods run on.</summary>
    public IReadOnlyDictionary<string, string> NodeSelector { get; init; } = EmptyMap.Instance;

    /// <summary>Class of the pods' priority.</summary>
    public string? PriorityClassName { get; init; }

    /// <summary>Resources of the container, as Kubernetes has them.</summary>
    public JsonObject? Resources { get; init; }

    /// <summary>Affinity of the pods, as Kubernetes has it.</summary>
    public JsonObject? Affinity { get; init; }

    /// <summary>Tolerations of the pods, as Kubernetes has them.</summary>
    public IReadOnlyList<JsonObject> Tolerations { get; init; } = [];

    /// <summary>More environment of the container, as Kubernetes has it.</summary>
    public IReadOnlyList<JsonObject> Env { get; init; } = [];

    /// <summary>How many pods there are by load; null: a fixed number.</summary>
    public HpaSpec? HpaSpec { get; init; }

    internal static DeploymentSettings Read(MapReader reader)
    {
        reader.UnknownFieldsAreWarnings();
        return new DeploymentSettings
        {
            ReplicaCount = (int)(reader.Integer("replicaCount", 1, 1000) ?? 2),
            Annotations = reader.TextMap("annotations"),
            PodAnnotations = reader.TextMap("podAnnotations"),
            NodeSelector = reader.TextMap("nodeSelector"),
            PriorityClassName = reader.OptionalText("priorityClassName", Checks.NotEmpty),
            Resources = reader.Raw("resources"),
            Affinity = reader.Raw("affinity"),
            Tolerations = reader.Messages("tolerations", ReadAsItIs),
            Env = reader.Messages("env", ReadAsItIs),
            HpaSpec = reader.Message("hpaSpec", HpaSpec.Read),
        };
    }

    internal static JsonObject ReadAsItIs(MapReader reader)
    {
        reader.KnowAll();
        return reader.ToJson();
    }
}
