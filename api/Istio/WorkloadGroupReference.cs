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

    // As the API server has names: any other names no object, and would be refused by the plane at each attempt.
    internal static WorkloadGroupReference Read(MapReader reader) =>
        new(
        reader.RequiredText("namespace", text => Checks.NotEmpty(text) ?? Checks.DnsLabel(text)),
        reader.RequiredText("name", text => Checks.NotEmpty(text) ?? Checks.DnsSubdomain(text)));

    internal JsonObject ToJson() => new JsonObject().With("namespace", Namespace).With("name", Name);
}
