using Onboarding.Client.Events;

namespace Onboarding.AgentHost.Systemd;

/// <summary>Shows the last step in <c>systemctl status</c>.</summary>
/// <param name="systemd">Whom it is told; null: no one.</param>
/// <param name="next">Who is told of it, too.</param>
internal sealed class SystemdStatus(SystemdNotifier? systemd, IProgress<OnboardingStep> next) : IProgress<OnboardingStep>
{
    public void Report(OnboardingStep value)
    {
        systemd?.Status(value.Message);
        next.Report(value);
    }
}
