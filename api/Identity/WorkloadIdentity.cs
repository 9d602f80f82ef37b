namespace Onboarding.Api.Identity;

/// <summary>
/// Who a workload was proved to be; exactly one member is set (reference section 2.8). Made by authentication only, from bytes
/// that a signature covers.
/// </summary>
public sealed record WorkloadIdentity
{
    /// <summary>Proved by a JSON Web Token.</summary>
    public JwtIdentity? Jwt { get; init; }

    /// <summary>Proved by AWS.</summary>
    public AwsIdentity? Aws { get; init; }
}
