using System.Text.Json.Nodes;

namespace Onboarding.Tests.Integration.KubernetesTests;

/// <summary>What a fake API server was asked.</summary>
internal sealed record RecordedRequest(
    string Method,
    string Path,
    IReadOnlyDictionary<string, string> Query,
    IReadOnlyDictionary<string, string> Headers,
    string? ContentType,
    string Text,
    string? ClientCertificate)
{
    public JsonNode Body => JsonNode.Parse(Text)!;

    public string? Authorization => Headers.GetValueOrDefault("Authorization");
}
