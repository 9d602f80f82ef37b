using Onboarding.Client.Errors;
using Onboarding.Client.Ownership;
using Onboarding.Testing;
using Onboarding.Tests.Integration.ClientTests;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Integration.OwnershipTests;

public sealed class SystemdTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData("echo LoadState=loaded; echo ActiveState=active", ServiceState.Running)]
    [InlineData("echo LoadState=loaded; echo ActiveState=activating", ServiceState.Running)]
    [InlineData("echo LoadState=loaded; echo ActiveState=inactive", ServiceState.Stopped)]
    [InlineData("echo LoadState=loaded; echo ActiveState=failed", ServiceState.Stopped)]
    [InlineData("echo LoadState=not-found; echo ActiveState=inactive", ServiceState.NotInstalled)]
    [InlineData("echo LoadState=masked; echo ActiveState=inactive", ServiceState.NotInstalled)]
    [InlineData("echo 'System has not been booted with systemd as init system' >&2; exit 1", ServiceState.NotInstalled)]
    public async Task It_says_how_a_service_is(string script, ServiceState state)
    {
        var systemd = new Systemd(ShellScript.Write(_directory, "systemctl", script));
        (await systemd.GetStateAsync("onboarding-agent", CancellationToken.None)).ShouldBe(state);
    }

    [Fact]
    public async Task B11_what_systemctl_leaves_behind_does_not_hold_its_answer_back()
    {
        var systemd = new Systemd(ShellScript.Write(_directory, "systemctl", "sleep 600 &\necho $! >\"$(dirname \"$0\")/agent\"\nprintf 'LoadState=loaded\\nActiveState=active\\n'"));

        (await systemd.GetStateAsync("onboarding-agent", CancellationToken.None)).ShouldBe(ServiceState.Running);

        Onboarding.Client.Native.Signals.Send(int.Parse(await File.ReadAllTextAsync(_directory["agent"]), System.Globalization.CultureInfo.InvariantCulture), 9);
    }

    [Fact]
    public async Task It_is_asked_for_the_unit()
    {
        var systemd = new Systemd(ShellScript.Write(_directory, "systemctl", """echo "$@" >> "$(dirname "$0")/asked" """));
        await systemd.StartAsync("onboarding-agent", CancellationToken.None);
        File.ReadAllText(_directory["asked"]).ShouldBe("start onboarding-agent.service\n");
    }

    [Fact]
    public async Task What_it_refuses_is_told_in_its_words()
    {
        var systemd = new Systemd(ShellScript.Write(_directory, "systemctl", "echo 'Access denied.' >&2; exit 4"));
        OnboardingException refused = await Should.ThrowAsync<OnboardingException>(() => systemd.StartAsync("onboarding-agent", CancellationToken.None));
        refused.ErrorId.ShouldBe("ServiceNotStarted");
        refused.Message.ShouldBeGolden();
        refused.NextStep.ShouldStartWith("sudo systemctl start onboarding-agent");
    }

    [Fact]
    public async Task Where_there_is_none_nothing_is_installed() =>
        (await new Systemd(_directory["no-such-program"]).GetStateAsync("onboarding-agent", CancellationToken.None)).ShouldBe(ServiceState.NotInstalled);
}
