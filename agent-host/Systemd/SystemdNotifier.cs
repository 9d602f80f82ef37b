using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Onboarding.AgentHost.Systemd;

/// <summary>Tells systemd how the service is: sd_notify(3) and sd_watchdog_enabled(3).</summary>
internal sealed class SystemdNotifier : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
    private readonly UnixDomainSocketEndPoint _address;
    private readonly ITimer? _watchdog;

    private SystemdNotifier(string path, TimeSpan? watchdog, TimeProvider time)
    {
        // A leading @ is an abstract address, whose first byte is zero.
        _address = new UnixDomainSocketEndPoint(path.StartsWith('@') ? "\0" + path[1..] : path);
        if (watchdog is { } interval)
        {
            _watchdog = time.CreateTimer(_ => Send("WATCHDOG=1"), null, interval / 2, interval / 2);
        }
    }

    /// <summary>A notifier, if systemd waits for one.</summary>
    public static SystemdNotifier? FromEnvironment(TimeProvider time) => Create(
        Environment.GetEnvironmentVariable("NOTIFY_SOCKET"),
        Environment.GetEnvironmentVariable("WATCHDOG_USEC"),
        Environment.GetEnvironmentVariable("WATCHDOG_PID"),
        time);

    /// <summary>A notifier, if there is a socket.</summary>
    public static SystemdNotifier? Create(string? socket, string? watchdogMicroseconds, string? watchdogProcess, TimeProvider time)
    {
        if (string.IsNullOrEmpty(socket))
        {
            return null;
        }

        // The variable may have been left over from a parent that the watchdog was for.
        bool forUs = watchdogProcess is null || watchdogProcess == Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
        TimeSpan? watchdog = forUs && long.TryParse(watchdogMicroseconds, CultureInfo.InvariantCulture, out long microseconds) && microseconds > 0
            ? TimeSpan.FromMicroseconds(microseconds)
            : null;
        return new SystemdNotifier(socket, watchdog, time);
    }

    /// <summary>The service is up.</summary>
    public void Ready() => Send("READY=1");

    /// <summary>The service reads its configuration again, and tells when it is ready.</summary>
    public void Reloading() => Send(string.Create(
        CultureInfo.InvariantCulture, $"RELOADING=1\nMONOTONIC_USEC={Stopwatch.GetTimestamp() / (Stopwatch.Frequency / 1_000_000)}"));

    /// <summary>What <c>systemctl status</c> shows.</summary>
    /// <param name="text">One line.</param>
    public void Status(string text) => Send($"STATUS={text.ReplaceLineEndings(" ")}");

    /// <summary>The service is about to end.</summary>
    public void Stopping() => Send("STOPPING=1");

    public void Dispose()
    {
        _watchdog?.Dispose();
        _socket.Dispose();
    }

    private void Send(string state)
    {
        try
        {
            _socket.SendTo(Encoding.UTF8.GetBytes(state), _address);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // An agent in the mesh is worth more than what systemd knows of it.
        }
    }
}
