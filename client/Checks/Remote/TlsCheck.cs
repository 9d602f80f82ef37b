using Onboarding.Api.Rpc;
using Onboarding.Client.Channel;
using Onboarding.Client.Errors;

namespace Onboarding.Client.Checks.Remote;

/// <summary>The endpoint's certificate is good, and a plane answers behind it.</summary>
internal sealed class TlsCheck : IOnboardingCheck
{
    public string Category => "Plane";

    public string Name => "certificate";

    public IReadOnlyList<string> DependsOn => ["connection"];

    public async Task<CheckOutcome> RunAsync(CheckContext context, CancellationToken cancellationToken)
    {
        if (context.Plane is not { } plane)
        {
            // It couldn't be opened; this says why.
            PlaneChannel.Open(context.Endpoint, context.Time, context.Options.RootCertificates).Dispose();
            return CheckOutcome.Skip("the connection couldn't be opened");
        }

        Api.Rpc.Plane found = await plane.GetPlaneAsync(cancellationToken);
        context.Found = found;
        if (found.MinimumTransport == MinimumTransport.Verified && !plane.IsVerified)
        {
            return CheckOutcome.Fail(
                ErrorIds.TransportNotVerified,
                $"The plane at {plane.Address} asks for a verified certificate, and transportSecurity.tls.insecureSkipVerify is true.",
                "set onboardingEndpoint.transportSecurity.tls.caFile to the endpoint's authority and remove insecureSkipVerify");
        }

        return plane.IsVerified
            ? CheckOutcome.Pass($"trusted by {plane.TrustedBy}; plane {found.Uid}, version {found.Version}")
            : CheckOutcome.Warn(
                $"The certificate of {plane.Address} is not verified: anybody on the way can pose as the plane.",
                "set onboardingEndpoint.transportSecurity.tls.caFile instead of insecureSkipVerify");
    }
}
