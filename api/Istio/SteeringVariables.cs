namespace Onboarding.Api.Istio;

/// <summary>
/// Environment variables that decide what a process runs, as which user, or which files it trusts. Istio's start script sources cluster.env
/// as root, exports all of it, and only then becomes <c>istio-proxy</c>: with one of these in <c>proxyMetadata</c>, anyone who may edit a
/// WorkloadGroup's annotations could run a program as root on every machine of the group. The plane leaves them out of cluster.env; the
/// agent refuses a cluster.env that has one, because a plane may be compromised.
/// </summary>
public static class SteeringVariables
{
    private static readonly string[] Prefixes =
    [
        // The dynamic loader, glibc, and the libraries iptables loads as root.
        "LD_", "GLIBC_", "MALLOC_", "XTABLES_",
        // bash, which runs the script.
        "BASH",
    ];

    private static readonly HashSet<string> Names = new(StringComparer.Ordinal)
    {
        // The shell, and what it finds programs by. UID and the like are read-only: assigning one ends the script.
        "PATH", "IFS", "ENV", "SHELL", "SHELLOPTS", "CDPATH", "GLOBIGNORE", "PS4", "PROMPT_COMMAND", "POSIXLY_CORRECT", "UID", "EUID", "PPID",
        // su and the script's test whether it is istio-proxy already; who they take the user for keeps root.
        "USER", "LOGNAME", "HOME",
        // glibc and the resolver.
        "GCONV_PATH", "GETCONF_DIR", "HOSTALIASES", "LOCALDOMAIN", "LOCPATH", "NLSPATH", "RES_OPTIONS", "RESOLV_HOST_CONF", "TMPDIR", "TZDIR",
        // istio-start.sh: the program, its user, what it sources, and what it puts unquoted into a command line.
        "EXEC_USER", "ISTIO_AGENT_FLAGS", "ISTIO_BIN_BASE", "ISTIO_CLUSTER_CONFIG", "ISTIO_CUSTOM_IP_TABLES",
        "ISTIO_INBOUND_INTERCEPTION_MODE", "ISTIO_LOG_DIR", "ISTIO_SIDECAR_CONFIG", "POD_NAME",
        // pilot-agent: where it takes its certificate from instead of asking istiod, and where it writes the key.
        "PROV_CERT", "OUTPUT_CERTS",
    };

    // Which groups' traffic the redirection leaves alone: the machine decides that, since its agent must reach the plane without Envoy.
    private const string OwnerGroups = "OWNER_GROUPS";

    /// <summary>Whether a name is one of them.</summary>
    public static bool Contains(string name) =>
        Names.Contains(name) || Prefixes.Any(p => name.StartsWith(p, StringComparison.Ordinal)) || name.Contains(OwnerGroups, StringComparison.Ordinal);
}
