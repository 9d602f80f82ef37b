using System.Text;
using Onboarding.Api.Install;
using Onboarding.Api.Reading;
using Onboarding.Client.Errors;
using Onboarding.Documents;

namespace Onboarding.Fleet.Installation;

/// <summary>An OnboardingPlane that was made of Tetrate's ControlPlane, as text.</summary>
/// <param name="Yaml">The OnboardingPlane.</param>
/// <param name="Dropped">Paths of the ControlPlane that are about onboarding and have no counterpart, each with why.</param>
/// <param name="Errors">What is wrong with the OnboardingPlane: an API server would refuse it.</param>
public sealed record ControlPlaneText(string Yaml, IReadOnlyList<string> Dropped, IReadOnlyList<string> Errors)
{
    /// <summary>Converts every ControlPlane in a text.</summary>
    /// <param name="text">YAML or JSON, e.g. of <c>kubectl get controlplanes -o yaml</c>.</param>
    /// <exception cref="OnboardingException">It has none with onboarding, or can't be read.</exception>
    public static IReadOnlyList<ControlPlaneText> Convert(string text)
    {
        ReadResult<IReadOnlyList<ControlPlaneConversion>> read = ControlPlaneReader.Read(Encoding.UTF8.GetBytes(text));
        ControlPlaneText[] planes = [.. (read.Value ?? []).Where(c => c.Plane is not null).Select(FromConversion)];
        return planes.Length > 0 ? planes : throw new OnboardingException(
            ModuleErrorIds.ControlPlaneMissing,
            read.Value is null
                ? $"The text can't be read: {string.Join("; ", read.Problems)}."
                : "The text has no ControlPlane (install.tetrate.io) with spec.meshExpansion.onboarding.",
            "see what there is: kubectl get controlplanes -A -o yaml");
    }

    private static ControlPlaneText FromConversion(ControlPlaneConversion converted) => new(
        ResourceWriter.ToYaml(converted.Plane!),
        converted.Dropped,
        [.. converted.Problems.Where(p => p.Severity == ProblemSeverity.Error).Select(p => p.ToString())]);
}
