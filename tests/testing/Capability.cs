using Xunit;

namespace Onboarding.Testing;

/// <summary>
/// Something that some tests need and not every machine has. This is the only way to skip a test: the reason starts with the
/// capability's name, and <c>tests/allowed-skips</c> says where a test may lack it.
/// </summary>
public sealed class Capability
{
    private readonly Lazy<string?> _whyMissing;

    private Capability(string name, Func<string?> whyMissing)
    {
        Name = name;
        _whyMissing = new(whyMissing);
    }

    /// <summary>A process that runs as root, for tests that become another user.</summary>
    public static Capability Root { get; } = new("root", () => Environment.IsPrivilegedProcess ? null : "only root can become another user");

    /// <summary>Machines made of namespaces, with the programs that redirect their traffic.</summary>
    public static Capability NetworkNamespaces { get; } = new("network-namespaces", () =>
        !Environment.IsPrivilegedProcess ? "only root can make network namespaces"
        : Tool.WhyMissing("unshare", "--mount", "--net", "--pid", "--uts", "--fork", "true")
            ?? Tool.WhyMissing("iptables", "--version") ?? Tool.WhyMissing("nft", "--version") ?? Tool.WhyMissing("ip", "-V")
            ?? Tool.WhyMissing("sudo", "--version"));

    /// <summary>Machines that boot with systemd, and the agent's packages to install there.</summary>
    public static Capability SystemdMachines { get; } = new("systemd-nspawn", () =>
        NetworkNamespaces.WhyMissing ?? Tool.WhyMissing("systemd-nspawn", "--version") ?? Tool.WhyMissing("dpkg-deb", "--version")
            ?? Tool.WhyMissing("createrepo_c", "--version") ?? Tool.WhyMissing("gpg", "--version") ?? Tool.WhyMissing("dnf", "--version") ?? Tool.WhyMissing("unzip", "-v")
            ?? (Directory.Exists(Path.Combine(Repository.Root, "artifacts", "debian-root")) ? null : "there is no Debian to boot: run build/debian-root.sh")
            ?? (Directory.Exists(Path.Combine(Repository.Root, "artifacts", "packages")) ? null
                : "there are no packages: run build/publish-agent.sh and build/package-agent.sh"));

    /// <summary>A registry of images, and what makes, pulls and runs them, and the agent that ships to put into one.</summary>
    public static Capability Images { get; } = new("images", () =>
        !Environment.IsPrivilegedProcess ? "only root can unpack an image and run it as another user"
        : Tool.WhyMissing("docker-registry", "--version") ?? Tool.WhyMissing("mmdebstrap", "--version") ?? Tool.WhyMissing("skopeo", "--version")
            ?? Tool.WhyMissing("umoci", "--version") ?? Tool.WhyMissing("crun", "--version") ?? Tool.WhyMissing("python3", "--version")
            ?? (File.Exists(Path.Combine(Repository.Root, "artifacts", "agent", "onboarding-agent")) ? null : "there is no agent: run build/publish-agent.sh"));

    /// <summary>libfaketime, for programs whose clock is wrong.</summary>
    public static Capability Faketime { get; } = new("faketime", () => Tool.WhyMissing("faketime", "--version"));

    /// <summary>A real Kubernetes API server with its etcd.</summary>
    public static Capability KubeApiServer { get; } = new("kube-apiserver", () => KubernetesBinaries.WhyMissing);

    /// <summary>The kubectl that <c>tests/tools</c> installs: one on PATH may be too old.</summary>
    public static Capability Kubectl { get; } = new("kubectl", () =>
        !File.Exists(Path.Combine(Tool.Directory, "kubectl")) ? "kubectl isn't installed: install npm, then run `dotnet build tests/tools`"
        : Tool.WhyMissing("kubectl", "version", "--client"));

    /// <summary>The helm that <c>tests/tools</c> installs.</summary>
    public static Capability Helm { get; } = new("helm", () =>
        !File.Exists(Path.Combine(Tool.Directory, "helm")) ? "helm isn't installed: install npm, then run `dotnet build tests/tools`" : Tool.WhyMissing("helm", "version"));

    /// <summary>Node.js with the packages of <c>tests/interop/node</c>, for tests with <c>@grpc/grpc-js</c>.</summary>
    public static Capability NodeJs { get; } = new("npm", () => Tool.WhyMissing("node", "--version")
        ?? (Directory.Exists(Path.Combine(Repository.Root, "tests", "interop", "node", "node_modules", "@grpc", "grpc-js"))
            ? null
            : "@grpc/grpc-js isn't installed: install npm, then run `dotnet build tests/tools`"));

    /// <summary>Prometheus' promtool, for what its alerts do.</summary>
    public static Capability Promtool { get; } = new("promtool", () => Tool.WhyMissing("promtool", "--version"));

    /// <summary>The openssl program and a shell with GNU date, for the credential plugin in shell.</summary>
    public static Capability OpenSsl { get; } = new("openssl", () =>
        Tool.WhyMissing("openssl", "version") ?? Tool.WhyMissing("sh", "-c", "date -u -d @0 && printf x | sed -n p"));

    /// <summary>Debian's <c>python3-grpcio</c>.</summary>
    public static Capability PythonGrpc { get; } = new("python3-grpcio", () => Tool.WhyMissing("/usr/bin/python3", "-c", "import grpc"));

    /// <summary>The key of the list of allowed skips.</summary>
    public string Name { get; }

    /// <summary>Why this machine lacks it; null if it has it.</summary>
    public string? WhyMissing => _whyMissing.Value;

    /// <summary>The reason of a skip, as the list of allowed skips reads it.</summary>
    /// <param name="reason">What is missing, and how to get it.</param>
    public string Skip(string reason) => $"{Name}: {reason}";

    /// <summary>Skips the test that calls this, if this machine lacks the capability. Call it first, or in a class's constructor.</summary>
    public void Require() => Assert.SkipUnless(WhyMissing is null, Skip(WhyMissing ?? ""));
}
