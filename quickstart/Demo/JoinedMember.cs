namespace Onboarding.Quickstart.Demo;

/// <summary>A workload that has joined.</summary>
internal sealed record JoinedMember(string Namespace, string Name, string Address, string Labels, SidecarReport Sidecar);
