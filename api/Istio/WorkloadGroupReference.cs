using System.Text.Json.Nodes;
using Onboarding.Api.Reading;

namespace Onboarding.Api.Istio;

/// <summary>Names a WorkloadGroup.</summary>
/// <param name="Namespace">Its namespace.</param>
/// <param name="Name">Its name.</param>
public sealed record WorkloadGroupReference(string Namespace, string Name)
{
    /// <summary><c>namespace/name</c>.</summary>
    public override string ToString() => $"{Namespace}/{Name}";

    internal static WorkloadGroupReference Read(MapReader reader) => new(reader.RequiredText("namespace"), reader.RequiredText("name"));

    internal JsonObject ToJson() => new JsonObject().With("namespace", Namespace).With("name", Name);
}
