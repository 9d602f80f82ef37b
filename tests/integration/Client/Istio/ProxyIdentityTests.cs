using System.Collections.Concurrent;
using System.Net.Sockets;
using Onboarding.Client.Errors;
using Onboarding.Client.Sidecar;
using Onboarding.Testing;
using Onboarding.Testing.Clouds;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Integration.ClientTests.Istio;

/// <summary>A sidecar is ready once it has a certificate: pilot-agent answers 200 before, and where none ever comes.</summary>
public sealed class ProxyIdentityTests : IAsyncLifetime
{
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UtcNow);
    private readonly IstioMachine _machine;
    private readonly TemporaryDirectory _directory = new();
    private readonly TestCertificates _authority = new("cluster.local");
    private readonly TestLog _log = new();
    private readonly ConcurrentQueue<SidecarStatus> _statuses = new();
    private readonly List<SidecarStatus> _told = [];
    private readonly Socket _secrets = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private LoopbackServer _pilotAgent = null!;
    private SidecarSupervisor _sidecar = null!;

    public ProxyIdentityTests() => _machine = new IstioMachine(_time);

    public async ValueTask InitializeAsync()
    {
        _pilotAgent = await LoopbackServer.StartAsync(http => LoopbackServer.StatusAsync(http, 200));
        string boot = _machine.Boot(IstioMachine.Ratings, _authority.AuthorityPem);
        var program = new SidecarProgram(ShellScript.Write(
            _directory, "istio-start.sh", """printf 'T1\tinfo\tVersion\nT2\twarn\tFailed to create directory: permission denied\n'; exec sleep 1000"""))
        {
            Readiness = _pilotAgent.Url,
            Host = _machine.Host,
            StandardOutput = _directory["sidecar.log"],
            FindLogs = () => [new SidecarLogFile(_directory["sidecar.log"], IsRotated: true)],
        };
        _sidecar = new SidecarSupervisor(
            program, _machine.State.Path, boot, _time, () => 0, _log.CreateLogger<SidecarSupervisor>(), _statuses.Enqueue);
    }

    public async ValueTask DisposeAsync()
    {
        await _sidecar.StopAsync(TimeSpan.Zero);
        await _sidecar.DisposeAsync();
        await _pilotAgent.DisposeAsync();
        _secrets.Dispose();
        _authority.Dispose();
        _log.Dispose();
        _directory.Dispose();
        _machine.Dispose();
    }

    [Fact]
    public async Task What_comes_late_is_only_starting()
    {
        await _sidecar.EnsureAsync("core-1");
        await UntilAsync(SidecarState.Starting, "didn't make the socket");
        _time.Advance(TimeSpan.FromSeconds(2));
        Listen();
        await UntilAsync(SidecarState.Starting, "has no certificate");
        _time.Advance(TimeSpan.FromSeconds(2));
        Issue(hours: 24);
        await UntilAsync(SidecarState.Ready, "");
        _told.ShouldNotContain(s => s.State == SidecarState.Failed);
    }

    [Fact]
    public async Task A_socket_that_never_comes_is_told_with_what_the_log_says_and_what_helps()
    {
        await _sidecar.EnsureAsync("core-1");
        await UntilAsync(SidecarState.Starting, "didn't make the socket");
        await Eventually.Is(() => File.Exists(_directory["sidecar.log"]) && new FileInfo(_directory["sidecar.log"]).Length > 50, "its log");
        _time.Advance(ReadinessWatch.Patience);
        await UntilAsync(SidecarState.Failed, "permission denied");
        OnboardingException failure = _told[^1].Failure!;
        failure.ErrorId.ShouldBe(ErrorIds.SidecarHasNoCertificate);
        failure.Message.ShouldNotContain("info");
        failure.NextStep.ShouldBe($"sudo chown istio-proxy {_machine.Root["var/run/secrets"]}; onboarding-agent sidecar restart");
        _told[^1].ProcessId.ShouldNotBeNull();
        Listen();
        Issue(hours: 24);
        await UntilAsync(SidecarState.Ready, "");
        _told.Count(s => s.State == SidecarState.Failed).ShouldBe(1);
    }

    [Fact]
    public async Task A_socket_that_nobody_listens_at_is_no_socket()
    {
        // Bound, as by a sidecar that was killed, and no one takes a connection.
        Listen(backlog: false);
        await _sidecar.EnsureAsync("core-1");
        await UntilAsync(SidecarState.Starting, "nothing answers at");
    }

    [Fact]
    public async Task A_certificate_that_expires_under_a_running_sidecar_is_told()
    {
        Listen();
        await _sidecar.EnsureAsync("core-1");
        Issue(hours: 1);
        await UntilAsync(SidecarState.Ready, "");
        _time.Advance(TimeSpan.FromHours(2));
        await UntilAsync(SidecarState.Starting, "has expired at");
        _time.Advance(ReadinessWatch.Patience);
        await UntilAsync(SidecarState.Failed, "istiod issued no other");
    }

    private void Listen(bool backlog = true)
    {
        string socket = _machine.Root["var/run/secrets/workload-spiffe-uds/socket"];
        Directory.CreateDirectory(Path.GetDirectoryName(socket)!);
        _secrets.Bind(new UnixDomainSocketEndPoint(socket));
        if (backlog)
        {
            _secrets.Listen();
        }
    }

    private void Issue(int hours) => _machine.Write(IstioMachine.Issue(_authority.Authority, IstioMachine.Ratings, _time.GetUtcNow().AddHours(hours)));

    // A state may pass before a test looks, since one step of the clock may run many looks: what counts is that it was told, in this order.
    private async Task UntilAsync(SidecarState state, string message)
    {
        await Eventually.Is(
            () =>
            {
                while (_statuses.TryDequeue(out SidecarStatus? told))
                {
                    _told.Add(told);
                    if (told.State == state && told.Message.Contains(message, StringComparison.Ordinal))
                    {
                        return true;
                    }
                }

                _time.Advance(TimeSpan.FromMilliseconds(50));
                return false;
            },
            $"{state} '{message}'");
    }
}
