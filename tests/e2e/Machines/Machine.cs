using System.Diagnostics;
using System.Net;

namespace Onboarding.Tests.E2E.Machines;

/// <summary>
/// A VM as Istio's package leaves it: namespaces with files, users, processes and a network of their own. Programs and libraries are this
/// machine's; what an administrator, Istio or the agent writes to isn't.
/// </summary>
internal sealed class Machine : IAsyncDisposable
{
    public const string DotnetRoot = "/mnt/dotnet";
    public const string AgentGroup = "onboarding-agent";
    private const string Package = "/mnt/package";

    private readonly Sandbox _sandbox;

    private Machine(Sandbox sandbox, string name, IPAddress address)
    {
        _sandbox = sandbox;
        Name = name;
        Address = address;
    }

    public string Name { get; }

    public IPAddress Address { get; }

    /// <summary>Starts one on a network, with Istio's package installed.</summary>
    /// <param name="lan">The network.</param>
    /// <param name="name">Its host name.</param>
    /// <param name="families">What addresses it has.</param>
    public static async Task<Machine> StartAsync(Lan lan, string name, Families families = Families.IPv4)
    {
        Sandbox sandbox = await Sandbox.StartAsync(Preparation(name, families == Families.IPv6 ? lan.Host6! : lan.Host));
        try
        {
            IPAddress address = await lan.ConnectAsync(sandbox, families);
            await sandbox.RunAsync($"bash {Package}/files/postinst.sh {Package}");
            return new Machine(sandbox, name, address);
        }
        catch
        {
            await sandbox.DisposeAsync();
            throw;
        }
    }

    /// <summary>A file of it, as a path of this process.</summary>
    public string this[string path] => _sandbox.File(path);

    /// <summary>Runs a line of shell on it.</summary>
    /// <returns>What it printed.</returns>
    public Task<string> RunAsync(string script) => _sandbox.RunAsync(script);

    /// <inheritdoc cref="RunAsync"/>
    public Task<(int Code, string Output)> TryAsync(string script) => _sandbox.TryAsync(script);

    public Process Start(params IEnumerable<string> command) => _sandbox.Start(command);

    /// <summary>Kills everything that runs on it, at once, as a power cut would; rules and files stay.</summary>
    public Task KillEverythingAsync() => _sandbox.TryAsync("kill -KILL -1");

    /// <summary>Lets in what belongs to a connection that the machine opened itself, and nothing else.</summary>
    public Task RaiseFirewallAsync() => RunAsync(
        """
        iptables -A INPUT -i lo -j ACCEPT
        iptables -A INPUT -m conntrack --ctstate ESTABLISHED -j ACCEPT
        iptables -P INPUT DROP
        """);

    /// <summary>Whether an ordinary program of the machine reaches a port.</summary>
    public async Task<bool> ReachesAsync(IPEndPoint destination) =>
        (await TryAsync($"timeout 10 bash -c 'exec 3<>/dev/tcp/{destination.Address}/{destination.Port} && read -r line <&3 && [ \"$line\" = hello ]'")).Code == 0;

    /// <summary>The address that an ordinary program of the machine is told for a name; empty for none.</summary>
    public async Task<string> ResolveAsync(string name, Families families = Families.IPv4) =>
        (await TryAsync($"timeout 10 getent {(families == Families.IPv6 ? "ahostsv6" : "ahostsv4")} {name}")).Output.Split(' ')[0];

    /// <summary>What a port of its loopback answers a GET with, head and body.</summary>
    public async Task<string> GetAsync(int port, string path) => (await TryAsync(
        $"exec 3<>/dev/tcp/127.0.0.1/{port} && printf 'GET {path} HTTP/1.0\\r\\n\\r\\n' >&3 && timeout 10 cat <&3")).Output;

    /// <summary>Its rules, in both forms that Istio may make some in.</summary>
    public Task<string> RulesAsync() => RunAsync("iptables-save; ip6tables-save; nft list ruleset 2>/dev/null");

    public ValueTask DisposeAsync() => _sandbox.DisposeAsync();

    private static string Preparation(string name, IPAddress resolver) =>
        $"""
        hostname {name}
        mount -t tmpfs -o mode=0755 tmpfs /mnt
        mkdir {DotnetRoot} {Package} /mnt/etc /mnt/bin /mnt/lib /mnt/log /mnt/units
        mount --bind {Namespaces.DotnetRoot} {DotnetRoot}
        mount --bind {Namespaces.IstioPackage} {Package}
        cp -a /etc/. /mnt/etc
        mount --bind /mnt/etc /etc
        mount --bind /mnt/bin /usr/local/bin
        mount --bind /mnt/lib /var/lib
        mount --bind /mnt/log /var/log
        [ ! -d /lib/systemd/system ] || mount --bind /mnt/units /lib/systemd/system
        mount -t tmpfs -o mode=0755 tmpfs /run
        mount -t sysfs sysfs /sys
        printf '%s\n' root:x:0:0:root:/root:/bin/bash nobody:x:65534:65534::/:/usr/sbin/nologin >/etc/passwd
        printf '%s\n' root:x:0: nogroup:x:65534: {AgentGroup}:x:1001: >/etc/group
        echo 'root:*:19000:0:99999:7:::' >/etc/shadow
        : >/etc/gshadow
        rm -f /etc/hosts /etc/resolv.conf /etc/sudoers.d/* /etc/nsswitch.conf
        echo 'hosts: files dns' >/etc/nsswitch.conf
        echo 'root ALL=(ALL:ALL) ALL' >/etc/sudoers
        printf '%s\n' '127.0.0.1 localhost' '127.0.1.1 {name}' >/etc/hosts
        echo 'nameserver {resolver}' >/etc/resolv.conf
        """;
}
