using System.Globalization;
using Onboarding.Client.Channel;
using Onboarding.Client.Errors;

namespace Onboarding.Client.Checks.Remote;

/// <summary>This machine's clock agrees with the plane's: credentials and proofs carry times.</summary>
internal sealed class ClockCheck : IOnboardingCheck
{
    private static readonly TimeSpan Noticeable = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Largest = TimeSpan.FromSeconds(50);

    public string Category => "Plane";

    public string Name => "clock";

    public IReadOnlyList<string> DependsOn => ["certificate"];

    public Task<CheckOutcome> RunAsync(CheckContext context, CancellationToken cancellationToken)
    {
        if (context.Found?.ServerTime is not { } server)
        {
            return Task.FromResult(CheckOutcome.Skip("the plane doesn't tell its time"));
        }

        if (PlaneTimes.TryRead(server) is not { } theirs)
        {
            return Task.FromResult(CheckOutcome.Fail(
                ErrorIds.PlaneFailed, $"the plane tells a time that is none ({PlaneTimes.Text(server)})", NextSteps.PlaneLog));
        }

        const string Remedy = "timedatectl; then sudo timedatectl set-ntp true, or sudo chronyc makestep";
        TimeSpan offset = context.Time.GetUtcNow() - theirs;
        string detail = string.Create(CultureInfo.InvariantCulture, $"{offset.TotalSeconds:+0.0;-0.0;+0.0} s from the plane's");
        return Task.FromResult(
            offset.Duration() > Largest ? CheckOutcome.Fail(ErrorIds.ClockOff, $"{detail}: every credential and proof would be refused", Remedy)
            : offset.Duration() > Noticeable ? CheckOutcome.Warn(detail, Remedy)
            : CheckOutcome.Pass(detail));
    }
}
