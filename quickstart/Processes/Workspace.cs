namespace Onboarding.Quickstart.Processes;

/// <summary>The temporary directory everything happens in; it goes when the quickstart ends.</summary>
internal sealed class Workspace : IDisposable
{
    public string Root { get; } = Directory.CreateTempSubdirectory("onboarding-").FullName;

    public string PlaneData => Path.Combine(Root, "plane");

    public string AgentState => Path.Combine(Root, "agent");

    public string IssuerKeyPrefix => Path.Combine(Root, "issuer");

    public string OnboardingConfiguration => Path.Combine(Root, "onboarding.config.yaml");

    public string AgentConfiguration => Path.Combine(Root, "agent.config.yaml");

    public string SidecarOutput => Path.Combine(Root, "sidecar.log");

    public string AuditLog => Path.Combine(Root, "audit.jsonl");

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
