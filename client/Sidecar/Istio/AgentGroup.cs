using Onboarding.Client.Native;

namespace Onboarding.Client.Sidecar.Istio;

/// <summary>
/// The group whose connections Istio's redirection leaves alone: the agent's and its plugins'. Without it they go to Envoy like all
/// others, and reach neither plane nor credential sources while Envoy is down, and never under <c>REGISTRY_ONLY</c>. Packages make
/// the group; the agent never does: who may go around the sidecar is the administrator's to say.
/// </summary>
internal static class AgentGroup
{
    /// <summary>Its name.</summary>
    public const string Name = "onboarding-agent";

    /// <summary>Name of the group whose members may use the control socket.</summary>
    public const string OfCallers = "onboarding";

    /// <summary>Its id; null if there is none, or none that may be excluded.</summary>
    /// <param name="root">Root of the file system; <c>/</c> but for tests.</param>
    public static uint? Find(string root)
    {
        string groups = Path.Combine(root, "etc/group");
        uint? id = SystemGroup.IdOf(Name, groups);
        // With root's group everything that root runs would go around the sidecar, and with the control socket's everybody who may
        // ask for the agent's status.
        return id is 0 || id == SystemGroup.IdOf(OfCallers, groups) ? null : id;
    }

    /// <summary>True if the connections that this process opens are of the group.</summary>
    public static bool IsHeld(string root) => Find(root) is { } id && LibC.EffectiveGroupId() == id;

    /// <summary>
    /// Makes it this process's group, if root runs it and there is one. The kernel notes the group of a socket when it is made, and
    /// children inherit it: so first of all, before anything is opened.
    /// </summary>
    public static void Take()
    {
        if (LibC.EffectiveUserId() == 0 && Find("/") is { } id)
        {
            // What it can't be is told before the sidecar starts, as where there is no group.
            _ = LibC.SetGroup(id);
        }
    }
}
