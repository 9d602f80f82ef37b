namespace Onboarding.Client.Sidecar.Istio.Redirection;

/// <summary>Says, before a start, why the agent's own connections would go through the sidecar that it is to start.</summary>
internal static class ExclusionNotice
{
    // Istio 1.14 introduced ISTIO_OUTBOUND_OWNER_GROUPS_EXCLUDE (its change notes); before, it is ignored without a word.
    private static readonly Version First = new(1, 14);

    /// <summary>Looks.</summary>
    /// <param name="root">Root of the file system; <c>/</c> but for tests.</param>
    /// <param name="environment">What the rules would be made with.</param>
    /// <param name="version">What the sidecar's package calls its version.</param>
    /// <param name="isHeld">True if the agent's process is of the group.</param>
    /// <returns>What is wrong; null if the connections are excluded.</returns>
    public static SidecarNotice? Find(string root, SidecarEnvironment environment, string version, bool isHeld)
    {
        const string consequence = "While Envoy is down, and always under REGISTRY_ONLY, the agent would reach neither its plane nor its credential sources.";
        if (environment.HasOwnRules || !environment.RedirectsAllGroups)
        {
            return null;
        }

        if (AgentGroup.Find(root) is null)
        {
            return new SidecarNotice(
                $"There is no group {AgentGroup.Name} whose connections could be left out of the redirection. {consequence}",
                $"sudo groupadd --system {AgentGroup.Name}; then start again what runs the sidecar");
        }

        if (Version.TryParse(version.Split('-', '+')[0], out Version? number) && number < First)
        {
            return new SidecarNotice(
                $"pilot-agent {version} can't leave a group out of the redirection (Istio {First} and later can). {consequence}",
                "install a package istio-sidecar of a supported version");
        }

        return isHeld
            ? null
            : new SidecarNotice(
                $"The agent's process isn't in group {AgentGroup.Name}, whose connections are left out of the redirection. {consequence}",
                $"start what runs the sidecar in the group, e.g. PowerShell: sudo sg {AgentGroup.Name} -c pwsh");
    }
}
