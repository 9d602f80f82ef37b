using Google.Protobuf.WellKnownTypes;
using Onboarding.Testing;
using Onboarding.Tests.Integration.Platforms;
using Xunit;
using Rpc = Onboarding.Api.Rpc;

namespace Onboarding.Tests.Integration.Attacks;

/// <summary>
/// Attacks on a real plane. A refusal is asserted with its reason code, its audit record, and that nothing was created
/// (<see cref="PlatformPlane.RefuseAsync"/>).
/// </summary>
public abstract class AttackOnPlatforms(PlatformPlane platforms) : IClassFixture<PlatformPlane>
{
    protected PlatformPlane Platforms { get; } = platforms;

    protected Task Refused(string reason, Func<Rpc.Plane, TestAgentKey, Any> credential, string? because = null) =>
        Platforms.RefuseAsync(reason, credential, because: because);
}
