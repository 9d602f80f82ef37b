using System.Globalization;
using Onboarding.Client.Local;

namespace Onboarding.Cmdlets;

/// <summary>A step as <c>-Verbose</c> shows it.</summary>
internal static class StepText
{
    public static string Of(MachineStep step) =>
        string.Create(CultureInfo.InvariantCulture, $"[{step.Elapsed.TotalMilliseconds,4:0} ms] {step.Message}");
}
