using System.Diagnostics;
using System.Globalization;
using System.Net;
using Shouldly;

namespace Onboarding.Tests.E2E.Machines;

/// <summary>
/// A network of machines with this process on it: a bridge in a namespace of its own, so that nothing of it outlives the test. Its addresses are
/// those set aside for tests of networks (RFC 2544), and unique local ones of IPv6, which are no one's.
/// </summary>
internal sealed class Lan : IAsyncDisposable
{
    private const int FirstMachine = 10;
    private static int _count = Random.Shared.Next(256);
    private readonly Sandbox _bridge;
    private readonly string _network;
    private int _machines;

    private Lan(Sandbox bridge, string network, ZoneServer names)
    {
        _bridge = bridge;
        _network = network;
        Names = names;
        Host = IPAddress.Parse($"{network}.1");
    }

    /// <summary>This process's address on it.</summary>
    public IPAddress Host { get; }

    /// <summary>This process's address on it by IPv6; null on a network without.</summary>
    public IPAddress? Host6 { get; private init; }

    /// <summary>The resolver of its machines.</summary>
    public ZoneServer Names { get; }

    // By IPv6, where there is any.
    private ZoneServer? Names6 { get; init; }

    /// <summary>Makes one.</summary>
    /// <param name="hasIPv6">True for a network with IPv6 beside IPv4.</param>
    public static async Task<Lan> StartAsync(bool hasIPv6 = false)
    {
        Sandbox bridge = await Sandbox.StartAsync("ip link add bridge type bridge; ip link set bridge up");
        try
        {
            // Another process may have taken the network: the next one, then.
            for (int i = 0; ; i++)
            {
                string number = (Interlocked.Increment(ref _count) & 0xFF).ToString(CultureInfo.InvariantCulture);
                string network = $"198.18.{number}";
                if (await TryAsync("ip", "link", "add", $"obtest{number}", "type", "veth", "peer", "name", "host", "netns", $"{bridge.ProcessId}"))
                {
                    await bridge.RunAsync("ip link set host master bridge; ip link set host up");
                    (await TryAsync("ip", "address", "add", $"{network}.1/24", "dev", $"obtest{number}")).ShouldBeTrue();
                    (await TryAsync("ip", "link", "set", $"obtest{number}", "up")).ShouldBeTrue();
                    ZoneServer names = ZoneServer.Start(IPAddress.Parse($"{network}.1"));
                    if (!hasIPv6)
                    {
                        return new Lan(bridge, network, names);
                    }

                    var host6 = IPAddress.Parse($"fd98:18:{number}::1");
                    (await TryAsync("ip", "-6", "address", "add", $"{host6}/64", "dev", $"obtest{number}", "nodad")).ShouldBeTrue();
                    return new Lan(bridge, network, names) { Host6 = host6, Names6 = ZoneServer.Start(host6, names) };
                }

                i.ShouldBeLessThan(256, "no network is free");
            }
        }
        catch
        {
            await bridge.DisposeAsync();
            throw;
        }
    }

    /// <summary>Connects a machine.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="families">What addresses it gets.</param>
    /// <returns>Its address, of both the one by IPv4.</returns>
    public async Task<IPAddress> ConnectAsync(Sandbox machine, Families families = Families.IPv4)
    {
        int number = FirstMachine + Interlocked.Increment(ref _machines);
        await _bridge.RunAsync($"ip link add m{number} type veth peer name uplink{number}; ip link set uplink{number} master bridge; ip link set uplink{number} up");
        (await TryAsync("nsenter", "--target", $"{_bridge.ProcessId}", "--net", "ip", "link", "set", $"m{number}", "netns", $"{machine.ProcessId}")).ShouldBeTrue();
        await machine.RunAsync($"ip link set m{number} name eth0; ip link set eth0 up");
        string address6 = $"{Host6?.ToString()[..^1]}{number:x}";
        if (families.HasFlag(Families.IPv4))
        {
            await machine.RunAsync($"ip address add {_network}.{number}/24 dev eth0; ip route add default via {Host}");
        }

        if (families.HasFlag(Families.IPv6))
        {
            await machine.RunAsync($"ip -6 address add {address6}/64 dev eth0 nodad; ip -6 route add default via {Host6}");
        }

        return IPAddress.Parse(families.HasFlag(Families.IPv4) ? $"{_network}.{number}" : address6);
    }

    public async ValueTask DisposeAsync()
    {
        await Names.DisposeAsync();
        await (Names6?.DisposeAsync() ?? default);
        await _bridge.DisposeAsync();
    }

    private static async Task<bool> TryAsync(string program, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0;
    }
}

/// <summary>What addresses a machine has.</summary>
[Flags]
internal enum Families
{
    IPv4 = 1,
    IPv6 = 2,
    Both = IPv4 | IPv6,
}
