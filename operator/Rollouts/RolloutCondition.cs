using Onboarding.Api.Install;
using Onboarding.Api.Meta;

namespace Onboarding.Operator.Rollouts;

/// <summary>What the OnboardingPlane's status says of the rollout.</summary>
internal static class RolloutCondition
{
    /// <summary>Condition that is True while no more members are let in.</summary>
    public const string Paused = "RolloutPaused";

    /// <summary>A member failed.</summary>
    public const string MemberFailed = "MemberFailed";

    /// <summary>The OnboardingPlane says so.</summary>
    public const string ByHand = "PausedByHand";

    /// <summary>The condition.</summary>
    public static V1Condition FromPlan(RolloutPlan plan, RolloutSettings settings)
    {
        if (plan.Failure is { } failure)
        {
            string[] parts = failure.Name.Split('/');
            return new V1Condition
            {
                Type = Paused,
                Status = "True",
                Reason = MemberFailed,
                Message = $"{failure.Name} failed on boot configuration {failure.Generation}: {failure.Why} "
                    + "No more members restart until it is ready, is gone, or something newer is to be rolled out. "
                    + $"Look at it with: kubectl -n {parts[0]} get war {parts[1]} -o yaml; and on the machine: journalctl -u onboarding-agent",
            };
        }

        if (settings.Paused && plan.Waiting > 0)
        {
            return new V1Condition
            {
                Type = Paused,
                Status = "True",
                Reason = ByHand,
                Message = "spec.rollout.paused is true, and members wait for a boot configuration.",
            };
        }

        return new V1Condition
        {
            Type = Paused,
            Status = "False",
            Reason = "RollingOut",
            Message = "Members that wait for a boot configuration get it in their turn.",
        };
    }
}
