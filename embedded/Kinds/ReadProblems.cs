using System.Text.Json.Nodes;
using Onboarding.Api.Install;
using Onboarding.Api.Policies;
using Onboarding.Api.Reading;
using Onboarding.Embedded.Schemas;

namespace Onboarding.Embedded.Kinds;

/// <summary>
/// What the readers of the kinds that people edit find wrong: the same rules by which the plane judges them later, so that a policy
/// which would be ignored is refused when it is written.
/// </summary>
internal static class ReadProblems
{
    /// <summary>True for a kind whose reader decides what its definition's rules say.</summary>
    public static bool Decides(string kind) => kind is "OnboardingPolicy" or "OnboardingPlane";

    /// <summary>Errors; unknown fields are left to field validation.</summary>
    public static IEnumerable<FieldError> Errors(Kind kind, JsonObject value) => Read(kind, value)
        .Where(p => p is { Severity: ProblemSeverity.Error } and not { Reason: ProblemReason.Unknown })
        .Select(p => new FieldError(p.Path, p.KubernetesReason, p.KubernetesMessage));

    /// <summary>Paths of unknown fields in parts that the schema leaves open.</summary>
    public static IEnumerable<string> UnknownFields(Kind kind, JsonObject value) =>
        Read(kind, value).Where(p => p.Reason == ProblemReason.Unknown).Select(p => p.Path);

    private static IReadOnlyList<Problem> Read(Kind kind, JsonObject value) => value["spec"] is not JsonObject || !Decides(kind.Name)
        ? []
        : kind.Name switch
        {
            "OnboardingPolicy" => OnboardingPolicy.FromJson(value).Problems,
            _ => OnboardingPlane.FromJson(value).Problems,
        };
}
