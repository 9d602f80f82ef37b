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
}
