using Onboarding.Api.Configuration;
using Onboarding.Api.Control;
using Onboarding.Client.Errors;

namespace Onboarding.Client.Control;

/// <summary>
/// Compares what a caller wants to join with what the owner of the session joins. It is never changed by a call: anyone who may
/// call could then choose whom a root process trusts and what it executes.
/// </summary>
internal static class Expectation
{
    /// <exception cref="OnboardingException"><see cref="ErrorIds.ConfigurationDiffers"/>.</exception>
    public static void Check(RegisterRequest request, OnboardingConfiguration configuration)
    {
        OnboardingEndpoint endpoint = configuration.OnboardingEndpoint;
        string? difference =
            Differs(request.Namespace, configuration.WorkloadGroup.Namespace) || Differs(request.WorkloadGroup, configuration.WorkloadGroup.Name)
                ? $"it joins {configuration.WorkloadGroup}, not {request.Namespace}/{request.WorkloadGroup}"
            : Differs(request.EndpointHost, endpoint.Host) || (request.EndpointPort != 0 && request.EndpointPort != endpoint.Port)
                ? $"its plane is {endpoint.Host}:{endpoint.Port}, not {request.EndpointHost}:{request.EndpointPort}"
            : null;
        if (difference is not null)
        {
            throw new OnboardingException(
                ErrorIds.ConfigurationDiffers,
                $"The agent of this machine is configured otherwise: {difference}.",
                "change /etc/onboarding-agent/onboarding.config.yaml, then: sudo systemctl restart onboarding-agent");
        }
    }

    private static bool Differs(string wanted, string actual) => wanted.Length > 0 && !wanted.Equals(actual, StringComparison.OrdinalIgnoreCase);
}
