using Onboarding.Api.Reading;
using Onboarding.Api.Registration;
using Onboarding.Plane.Refusals;
using Rpc = Onboarding.Api.Rpc;

namespace Onboarding.Endpoint.Registration;

/// <summary>Reads what a workload says of itself, by the rules of <see cref="RegistrationMessage"/>, or refuses the call.</summary>
internal static class RegistrationReader
{
    // The message travels in a header.
    private const int MostProblems = 10;

    /// <summary>Reads a registration.</summary>
    /// <exception cref="RefusedException">Something is missing or malformed; it says what.</exception>
    public static WorkloadRegistration Read(Rpc.Registration? registration)
    {
        ReadResult<WorkloadRegistration> result = RegistrationMessage.Read(registration);
        if (result.Value is { } value)
        {
            return value;
        }

        Problem[] problems = [.. result.Problems.Where(p => p.Severity == ProblemSeverity.Error)];
        string more = problems.Length > MostProblems ? $"; and {problems.Length - MostProblems} more" : "";
        throw Refuse.Invalid($"The registration can't be used: {string.Join("; ", problems.Take(MostProblems))}{more}.");
    }
}
