using System.Text.Json.Nodes;
using Onboarding.Api.Reading;

namespace Onboarding.Api.Identity;

/// <summary>Identity proved by Google Cloud. Project and instance name the workload; region, zone and account are attributes.</summary>
public sealed record GcpIdentity
{
    /// <summary>Project id, e.g. <c>shop-prod</c>.</summary>
    public required string ProjectId { get; init; }

    /// <summary>Project number: decimal digits. Never given to another project, not even after a project is deleted.</summary>
    public required string ProjectNumber { get; init; }

    /// <summary>Region, e.g. <c>europe-west4</c>.</summary>
    public required string Region { get; init; }

    /// <summary>Zone, e.g. <c>europe-west4-b</c>.</summary>
    public required string Zone { get; init; }

    /// <summary>Set for an instance of Compute Engine.</summary>
    public GceInstance? Gce { get; init; }

    internal static GcpIdentity Read(MapReader reader)
    {
        reader.OneOf(required: true, "gce");
        return new GcpIdentity
        {
            ProjectId = reader.RequiredText("projectId"),
            ProjectNumber = reader.RequiredText("projectNumber", Checks.Digits),
            Region = reader.RequiredText("region"),
            Zone = reader.RequiredText("zone"),
            Gce = reader.Message("gce", GceInstance.Read),
        };
    }

    internal JsonObject ToJson() => new JsonObject()
        .With("projectId", ProjectId)
        .With("projectNumber", ProjectNumber)
        .With("region", Region)
        .With("zone", Zone)
        .With("gce", Gce?.ToJson());
}
