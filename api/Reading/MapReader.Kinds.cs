namespace Onboarding.Api.Reading;

/// <summary>The head of a resource.</summary>
internal sealed partial class MapReader
{
    // Of every kind that people write; see ResourceKinds.
    private static readonly string[] KindNames =
        ["OnboardingConfiguration", "AgentConfiguration", "OnboardingPolicy", "OnboardingPlane", "WorkloadGroup", "WorkloadEntry"];

    /// <summary>
    /// True if the object says it is of the kind. If it isn't, nothing else is worth reporting: every field would be unknown.
    /// </summary>
    public bool CheckKind(IReadOnlyList<string> apiVersions, string kind)
    {
        string? apiVersion = Text("apiVersion", Checks.NotEmpty, required: true);
        string? writtenKind = Text("kind", Checks.NotEmpty, required: true);
        bool isKind = writtenKind is null || writtenKind == kind;
        if (!isKind)
        {
            string known = KindNames.Contains(writtenKind!)
                ? "; is it the right file?"
                : $"; that isn't a kind Onboarding knows{Suggestion.For(writtenKind!, KindNames)}";
            Error("kind", ProblemReason.NotSupported, $"must be {kind} here, not \"{Nodes.ScalarNode.Show(writtenKind!)}\"{known}");
        }
        else if (apiVersion is { Length: > 0 } && !apiVersions.Contains(apiVersion))
        {
            Error("apiVersion", ProblemReason.NotSupported, $"must be {apiVersions[0]} for kind {kind}, not \"{Nodes.ScalarNode.Show(apiVersion)}\"");
        }

        return isKind;
    }

    /// <summary>Checks what every object of the Kubernetes API has.</summary>
    public void CheckObject()
    {
        RequiredText("apiVersion");
        RequiredText("kind");
        Message(
            "metadata",
            metadata =>
            {
                metadata.RequiredText("name");
                metadata.Text("namespace");
                metadata.KnowAll();
                return metadata;
            },
            required: true);
    }

    /// <summary>Takes every field as known: the API server checks them.</summary>
    public void KnowAll() => _known.UnionWith(node.Entries.Select(entry => entry.Key));

    /// <summary>The whole object as JSON.</summary>
    public System.Text.Json.Nodes.JsonObject ToJson() => (System.Text.Json.Nodes.JsonObject)Nodes.JsonNodes.ToJson(node)!;
}
