using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Onboarding.AgentHost.Systemd;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Integration.AgentHostTests;

public sealed class SystemdNotifierTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly Socket _systemd = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
    private readonly FakeTimeProvider _time = new();

    public SystemdNotifierTests() => _systemd.Bind(new UnixDomainSocketEndPoint(_directory["notify"]));

    public void Dispose()
    {
        _systemd.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public void Systemd_is_told_when_the_service_is_up_and_when_it_ends()
    {
        using SystemdNotifier notifier = SystemdNotifier.Create(_directory["notify"], null, null, _time)!;
        notifier.Ready();
        Receive().ShouldBe("READY=1");
        notifier.Stopping();
        Receive().ShouldBe("STOPPING=1");
        _time.PendingTimers.ShouldBe(0);
    }

    [Fact]
    public void Systemd_is_told_of_a_reload_and_of_the_last_step()
    {
        using SystemdNotifier notifier = SystemdNotifier.Create(_directory["notify"], null, null, _time)!;
        notifier.Reloading();
        Receive().ShouldMatch(@"^RELOADING=1\nMONOTONIC_USEC=\d+$");
        // A message of the plane's must not be able to say READY=1, or another process to watch.
        notifier.Status("joined\nMAINPID=1");
        Receive().ShouldBe("STATUS=joined MAINPID=1");
    }

    [Fact]
    public void The_watchdog_hears_twice_in_its_time()
    {
        string self = Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
        using SystemdNotifier notifier = SystemdNotifier.Create(_directory["notify"], "30000000", self, _time)!;
        _time.Advance(TimeSpan.FromSeconds(14.9));
        _systemd.Available.ShouldBe(0);
        _time.Advance(TimeSpan.FromSeconds(0.1));
        Receive().ShouldBe("WATCHDOG=1");
        _time.Advance(TimeSpan.FromSeconds(15));
        Receive().ShouldBe("WATCHDOG=1");
    }

    [Fact]
    public void A_watchdog_of_another_process_is_left_to_it()
    {
        using SystemdNotifier notifier = SystemdNotifier.Create(_directory["notify"], "30000000", "1", _time)!;
        _time.PendingTimers.ShouldBe(0);
    }

    [Fact]
    public void Without_systemd_there_is_no_notifier() => SystemdNotifier.Create("", null, null, _time).ShouldBeNull();

    [Fact]
    public void A_socket_that_is_gone_does_not_end_the_agent()
    {
        using SystemdNotifier notifier = SystemdNotifier.Create(_directory["gone"], null, null, _time)!;
        Should.NotThrow(notifier.Ready);
    }

    private string Receive()
    {
        byte[] buffer = new byte[100];
        return Encoding.UTF8.GetString(buffer, 0, _systemd.Receive(buffer));
    }
}
