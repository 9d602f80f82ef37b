using System.Net;
using Onboarding.Testing;
using Onboarding.Tests.E2E.Machines;
using Shouldly;

namespace Onboarding.Tests.E2E.Packages;

/// <summary>
/// A Debian that boots with systemd as its first process. What it writes lies in memory, over a tree that all share; everything ends with the
/// sandbox around it.
/// </summary>
internal sealed class ServiceMachine : IAsyncDisposable
{
    public const string DotnetRoot = "/mnt/dotnet";
    // The machine's first process, as the sandbox sees it.
    private const string Leader = """pgrep -P "$(pgrep -n -x systemd-nspawn)" | head -n 1""";
    private const string Root = "/tmp/machine/root";
    private readonly Sandbox _sandbox;

    private ServiceMachine(Sandbox sandbox, IPAddress address)
    {
        _sandbox = sandbox;
        Address = address;
    }

    public IPAddress Address { get; }

    /// <summary>A file of it, as a path of this process.</summary>
    public string this[string path] => _sandbox.File(Root + path);

    /// <summary>Boots one on a network.</summary>
    /// <param name="lan">The network.</param>
    /// <param name="name">Its name.</param>
    /// <param name="shown">Directories and files of this machine that it sees, and where.</param>
    public static Task<ServiceMachine> StartAsync(Lan lan, string name, params (string From, string To)[] shown) => StartAsync(lan, name, _ => Task.CompletedTask, shown);

    /// <summary>Boots one whose files were changed before.</summary>
    /// <param name="lan">The network.</param>
    /// <param name="name">Its name.</param>
    /// <param name="prepare">Changes its files.</param>
    /// <param name="shown">Directories and files of this machine that it sees, and where.</param>
    public static async Task<ServiceMachine> StartAsync(Lan lan, string name, Func<ServiceMachine, Task> prepare, params (string From, string To)[] shown)
    {
        Sandbox sandbox = await Sandbox.StartAsync(
            $"""
            hostname {name}
            mount -t tmpfs tmpfs /tmp
            mkdir -p {Root} /tmp/machine/upper /tmp/machine/work
            mount -t overlay overlay -o lowerdir={DebianRoot.Path},upperdir=/tmp/machine/upper,workdir=/tmp/machine/work {Root}
            echo {name} >{Root}/etc/hostname
            printf '%s\n' '127.0.0.1 localhost' '127.0.1.1 {name}' >{Root}/etc/hosts
            tr -d - </proc/sys/kernel/random/uuid >{Root}/etc/machine-id
            echo 'nameserver {lan.Host}' >{Root}/etc/resolv.conf
            """);
        var machine = new ServiceMachine(sandbox, await lan.ConnectAsync(sandbox));
        try
        {
            await prepare(machine);
            await sandbox.RunAsync(
                $"""
                # 133: it is to boot again.
                setsid bash -c 'while systemd-nspawn "$@" </dev/null; [ $? = 133 ]; do :; done' bash --quiet --directory={Root} --machine={name} --register=no \
                  --keep-unit --network-namespace-path=/proc/1/ns/net --capability=CAP_NET_ADMIN --boot --console=pipe --link-journal=no --settings=no \
                  --resolv-conf=off --timezone=off --bind-ro={Namespaces.DotnetRoot}:{DotnetRoot} --bind-ro={Namespaces.IstioPackage}:/mnt/istio-package {string.Join(' ', shown.Select(s => $"--bind-ro={s.From}:{s.To}"))} \
                  </dev/null >/tmp/machine/log 2>&1 &
                """);
            await machine.WaitUntilUpAsync();
            return machine;
        }
        catch
        {
            await machine.DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs a line of shell on it.</summary>
    public Task<(int Code, string Output)> TryAsync(string script) => _sandbox.TryAsync(
        $"""
        leader=$({Leader})
        exec nsenter --target "$leader" --mount --uts --ipc --net --pid env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
          HOME=/root LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive bash -c 'cd / && eval "$1"' bash {Quote(script)}
        """);

    /// <summary>Runs a line of shell that has to work.</summary>
    /// <returns>What it printed.</returns>
    public async Task<string> RunAsync(string script)
    {
        (int code, string output) = await TryAsync(script);
        code.ShouldBe(0, $"{script}\n{output}");
        return output.Trim();
    }

    /// <summary>Copies a file to it.</summary>
    public void Copy(string from, string to) => File.Copy(from, this[to], overwrite: true);

    /// <summary>Boots it again. Nothing is run on it meanwhile: a process from outside would keep its first process from ending.</summary>
    public async Task RebootAsync()
    {
        string before = await LeaderAsync();
        await RunAsync("systemctl --no-block reboot");
        await Eventually.Is(async () => await LeaderAsync() is { Length: > 0 } now && now != before, "the machine boots again");
        await WaitUntilUpAsync();
    }

    public ValueTask DisposeAsync() => _sandbox.DisposeAsync();

    private async Task WaitUntilUpAsync()
    {
        string said = "";
        try
        {
            await Eventually.Is(
                async () =>
                {
                    said = (await TryAsync("systemctl is-system-running")).Output.Trim();
                    return said is "running" or "degraded";
                },
                "the machine is up");
        }
        catch (Exception e)
        {
            throw new InvalidOperationException($"{e.Message}\n{said}\n{(await _sandbox.TryAsync("tail -n 30 /tmp/machine/log")).Output}", e);
        }
    }

    private async Task<string> LeaderAsync() => (await _sandbox.TryAsync(Leader)).Output.Trim();

    private static string Quote(string text) => $"'{text.Replace("'", """'\''""", StringComparison.Ordinal)}'";
}
