using System.Globalization;
using System.Text.RegularExpressions;
using Onboarding.Client.Sidecar.Istio.Redirection;

namespace Onboarding.Client.Sidecar.Istio;

/// <summary>
/// What the mesh's settings of the proxy need of this machine. A pod has it from its image and its node; a machine may lack it, and pilot-agent
/// says nothing: it ignores what it doesn't know.
/// </summary>
internal static partial class ProxyNeeds
{
    private const string Fips = "fips-140-3";

    // Of Go's build information, in a program built for it.
    private static readonly byte[] FipsMark = "build\tGOFIPS140="u8.ToArray();
    private static readonly Version FirstWithFips = new(1, 31);
    private static readonly Version FirstWithLimit = new(1, 32);

    /// <summary>Looks.</summary>
    /// <param name="root">Root of the file system; <c>/</c> but for tests.</param>
    /// <param name="environment">What the start script sources.</param>
    /// <param name="mesh">The boot configuration's <c>mesh.yaml</c>.</param>
    /// <param name="version">What the sidecar's package calls its version.</param>
    /// <returns>What the machine lacks; empty if nothing.</returns>
    public static IReadOnlyList<SidecarNotice> Find(string root, SidecarEnvironment environment, string mesh, string version) =>
        [.. new[] { FindFips(root, environment, version), FindLimit(root, environment, mesh, version) }.OfType<SidecarNotice>()];

    private static SidecarNotice? FindFips(string root, SidecarEnvironment environment, string version)
    {
        if (environment.CompliancePolicy != Fips)
        {
            return null;
        }

        const string next = "install a package istio-sidecar of Istio 1.31 or newer whose pilot-agent and Envoy are built for FIPS 140-3";
        string program = Path.Combine(root, IstioSidecar.PilotAgent);
        return IsOlder(version, FirstWithFips)
                ? new SidecarNotice($"The mesh sets COMPLIANCE_POLICY={Fips}, which pilot-agent {version} doesn't know (Istio {FirstWithFips} and later do).", next)
            : File.Exists(program) && !Contains(program, FipsMark)
                ? new SidecarNotice($"The mesh sets COMPLIANCE_POLICY={Fips}, and {program} isn't built with GOFIPS140: its cryptography is not the validated one.", next)
            : null;
    }

    // Each connection of a client takes one more, to the workload.
    private static SidecarNotice? FindLimit(string root, SidecarEnvironment environment, string mesh, string version)
    {
        if (Limit(environment, mesh) is not { } limit)
        {
            return null;
        }

        if (LimitOfField(mesh) is not null && IsOlder(version, FirstWithLimit))
        {
            return new SidecarNotice(
                $"The mesh sets connectionSettings.globalDownstreamConnectionLimit, which pilot-agent {version} doesn't know (Istio {FirstWithLimit} and later do): there is no limit.",
                "install a newer package istio-sidecar, or set ISTIO_META_GLOBAL_DOWNSTREAM_MAX_CONNECTIONS in proxyMetadata");
        }

        long needed = 2 * limit;
        return OpenFiles(root) is { } files && files < needed
            ? new SidecarNotice(
                $"The mesh lets the sidecar take {limit} connections, for which it needs about {needed} open files; on this machine it may have {files}.",
                "systemctl edit istio.service (or the agent's unit where that starts it), [Service] LimitNOFILE=, then onboarding-agent sidecar restart")
            : null;
    }

    private static long? Limit(SidecarEnvironment environment, string mesh) =>
        LimitOfField(mesh) ?? (long.TryParse(environment.ConnectionLimit, NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? number : null);

    private static long? LimitOfField(string mesh) =>
        LimitField().Match(mesh) is { Success: true } match && long.TryParse(match.Groups[1].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out long number)
            ? number
            : null;

    private static bool IsOlder(string version, Version first) => Version.TryParse(version.Split('-', '+')[0], out Version? number) && number < first;

    // The hard limit, which programs may raise theirs to.
    private static long? OpenFiles(string root)
    {
        string limits = Path.Combine(root, "proc/self/limits");
        return File.Exists(limits) && OpenFilesLine().Match(File.ReadAllText(limits)) is { Success: true } match
            && long.TryParse(match.Groups[1].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out long files)
            ? files
            : null;
    }

    private static bool Contains(string path, ReadOnlySpan<byte> mark)
    {
        using FileStream file = File.OpenRead(path);
        byte[] buffer = new byte[1024 * 1024];
        int kept = 0;
        while (file.Read(buffer, kept, buffer.Length - kept) is > 0 and int read)
        {
            Span<byte> seen = buffer.AsSpan(0, kept + read);
            if (seen.IndexOf(mark) >= 0)
            {
                return true;
            }

            // The mark may lie across two reads.
            kept = Math.Min(mark.Length - 1, seen.Length);
            seen[^kept..].CopyTo(buffer);
        }

        return false;
    }

    [GeneratedRegex(@"^\s*globalDownstreamConnectionLimit: (\d+)\s*$", RegexOptions.Multiline)]
    private static partial Regex LimitField();

    [GeneratedRegex(@"^Max open files\s+\d+\s+(\d+)", RegexOptions.Multiline)]
    private static partial Regex OpenFilesLine();
}
