using System.Security.Cryptography;
using System.Text;

namespace Onboarding.Client.BootConfiguration;

/// <summary>What a boot configuration changes against another. Never shows a token, nor the value of what is named like a secret.</summary>
public static class BootConfigurationDiff
{
    /// <summary>The lines that differ, file by file, in the order of the files.</summary>
    /// <param name="current">The one in force.</param>
    /// <param name="pending">The one that waits.</param>
    public static IReadOnlyList<BootFileChange> Between(BootFiles current, BootFiles pending)
    {
        ArgumentNullException.ThrowIfNull(current);
        ArgumentNullException.ThrowIfNull(pending);
        return
        [
            .. Compare("cluster.env", current.ClusterEnv, pending.ClusterEnv, ClusterEnvLines.Parse),
            .. Compare("mesh.yaml", current.MeshYaml, pending.MeshYaml, MeshYamlLines.Parse),
            .. Compare("root-cert.pem", current.RootCertificates, pending.RootCertificates, RootCertificateLines.Parse),
            .. Compare(BootConfigurationStore.RevocationListsName, current.RevocationLists, pending.RevocationLists, Lists),
            .. Compare("hosts", current.Hosts, pending.Hosts, text => [.. Lines(text).Select(line => new ShownLine(line, line))]),
        ];
    }

    private static ShownLine[] Lists(string text)
    {
        string line = $"revocation lists, sha256 {Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))}";
        return text.Length > 0 ? [new ShownLine(line, line)] : [];
    }

    internal static IEnumerable<string> Lines(string text) => text.Split('\n').Where(line => line.Length > 0);

    // Compared by what is there, shown by what may be seen: a changed secret is a change.
    private static IEnumerable<BootFileChange> Compare(string file, string current, string pending, Func<string, ShownLine[]> read)
    {
        ShownLine[] old = read(current);
        ShownLine[] other = read(pending);
        return LineDiff.Between(old, other, line => line.Content)
            .Select(change => new BootFileChange(file, change.IsAdded, change.Line.Shown));
    }
}

/// <summary>A line of a boot configuration.</summary>
/// <param name="Content">As it is.</param>
/// <param name="Shown">As people may see it.</param>
internal readonly record struct ShownLine(string Content, string Shown);

/// <summary>One line that differs.</summary>
/// <param name="File">The file it is in.</param>
/// <param name="IsAdded">True: the pending one has it. False: the one in force has.</param>
/// <param name="Text">The line; what may be a secret isn't in it.</param>
public sealed record BootFileChange(string File, bool IsAdded, string Text)
{
    /// <inheritdoc />
    public override string ToString() => $"{(IsAdded ? '+' : '-')} {Text}";
}
