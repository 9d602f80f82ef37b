using Onboarding.Api;
using Onboarding.Api.Runtime;

namespace Onboarding.Plane.Registrations;

/// <summary>A condition as it is to be written.</summary>
/// <param name="Type">Which.</param>
/// <param name="IsTrue">Its status; null if that isn't known.</param>
/// <param name="Reason">Why, for programs.</param>
/// <param name="Message">Why, for people.</param>
internal sealed record ConditionChange(string Type, bool? IsTrue, string Reason, string Message)
{
    /// <summary>Why, for people: on one line, anyone who's words are in it.</summary>
    public string Message { get; } = ForeignText.Clean(Message);

    /// <summary>Condition that tells what became of the boot configuration the member should have.</summary>
    public const string BootConfigurationApplied = "BootConfigurationApplied";

    /// <summary>Condition that tells how the member's sidecar is, by its agent's words.</summary>
    public const string SidecarReady = WorkloadAutoRegistration.SidecarReady;

    /// <summary>Condition that tells whether the member and the pods can reach each other.</summary>
    public const string NetworkChecked = "NetworkChecked";

    /// <summary>Condition that tells whether the way to istiod is one that lasts.</summary>
    public const string GatewayChecked = "GatewayChecked";

    /// <summary>The sidecar is ready on it.</summary>
    public const string Applied = "Applied";

    /// <summary>It restarts the sidecar and waits for its turn.</summary>
    public const string Waiting = "WaitingForRollout";

    /// <summary>The agent couldn't put it in force.</summary>
    public const string Rejected = "Rejected";

    /// <summary>The sidecar ended on it.</summary>
    public const string SidecarFailed = "SidecarFailed";

    /// <summary>It can't be made.</summary>
    public const string NotMade = "NotMade";

    /// <summary>The condition's status as Kubernetes has it.</summary>
    public string Status => IsTrue switch { true => "True", false => "False", null => "Unknown" };

    /// <summary>True if the registration says so already, whatever the message.</summary>
    /// <param name="member">The registration.</param>
    public bool IsStateOf(WorkloadAutoRegistration member) =>
        member.Status?.Conditions.Any(c => c.Type == Type && c.Status == Status && c.Reason == Reason) == true;

    /// <summary>True if the registration says so already, in these words.</summary>
    /// <param name="member">The registration.</param>
    public bool IsSaidBy(WorkloadAutoRegistration member) =>
        member.Status?.Conditions.Any(c => c.Type == Type && c.Status == Status && c.Reason == Reason && c.Message == Message) == true;
}
