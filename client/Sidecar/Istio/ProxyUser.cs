using Onboarding.Client.Native;

namespace Onboarding.Client.Sidecar.Istio;

/// <summary>The user that Istio's packages make, and that its sidecar runs as.</summary>
internal static class ProxyUser
{
    private const string Name = "istio-proxy";

    /// <summary>Its ids; null where there is no such user.</summary>
    /// <param name="root">Root of the file system.</param>
    public static (uint UserId, uint GroupId)? Find(string root)
    {
        string passwd = Path.Combine(root, "etc/passwd");
        string[]? fields = File.Exists(passwd)
            ? File.ReadLines(passwd).Select(line => line.Split(':')).FirstOrDefault(f => f.Length > 3 && f[0] == Name)
            : null;
        return fields is not null && uint.TryParse(fields[2], out uint user) && uint.TryParse(fields[3], out uint group)
            ? (user, group)
            : null;
    }

    /// <summary>Whom the sidecar's files are to be given to. Only root may give a file away; without root, the sidecar runs as the agent's user.</summary>
    /// <param name="root">Root of the file system.</param>
    /// <returns>Its ids; null to leave the files the agent's.</returns>
    public static (uint UserId, uint GroupId)? Heir(string root) => LibC.EffectiveUserId() == 0 ? Find(root) : null;
}
