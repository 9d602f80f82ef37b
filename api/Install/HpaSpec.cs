using System.Text.Json.Nodes;
using Onboarding.Api.Reading;

namespace Onboarding.Api.Install;

/// <summary>How many pods there are by load.</summary>
public sealed record HpaSpec
{
    /// <summary>At least so many.</summary>
    public int MinReplicas { get; init; } = 2;

    /// <summary>At most so many.</summary>
    public int MaxReplicas { get; init; } = 10;

    /// <summary>What is measured, as <c>autoscaling/v2</c> has it; empty: the processor, 80 % of what is requested.</summary>
    public IReadOnlyList<JsonObject> Metrics { get; init; } = [];

    internal static HpaSpec Read(MapReader reader)
    {
        reader.UnknownFieldsAreWarnings();
        var spec = new HpaSpec
        {
            MinReplicas = (int)(reader.Integer("minReplicas", 1, 1000) ?? 2),
            MaxReplicas = (int)(reader.Integer("maxReplicas", 1, 1000) ?? 10),
            Metrics = reader.Messages("metrics", DeploymentSettings.ReadAsItIs),
        };
        if (spec.MaxReplicas < spec.MinReplicas)
        {
            reader.Error("maxReplicas", ProblemReason.Invalid, $"must be at least minReplicas, which is {spec.MinReplicas}");
        }

        return spec;
    }
}
