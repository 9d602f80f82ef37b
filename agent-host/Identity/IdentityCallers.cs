using Grpc.Core;
using Onboarding.AgentHost.Control;
using Onboarding.Api.Configuration;
using Onboarding.Api.Rpc.Spiffe;

namespace Onboarding.AgentHost.Identity;

/// <summary>
/// Who is given the machine's identity: the users and groups that its administrator lists, as the kernel tells them, and not even root or
/// the agent's own user unless they are listed.
/// </summary>
/// <param name="callers">The list.</param>
internal sealed class IdentityCallers(IReadOnlyList<MeshIdentityCaller> callers)
{
    // SPIFFE Workload Endpoint, section 6: attack: a server that was talked into fetching an address (SSRF) can't be made to send it.
    private const string SecurityHeader = "workload.spiffe.io";
    private static readonly string WorkloadApi = $"/{SpiffeWorkloadAPI.Descriptor.FullName}/";

    /// <summary>Decides on a call.</summary>
    /// <param name="call">The call.</param>
    public Status Decide(SocketCall call)
    {
        if (call.Method.StartsWith(WorkloadApi, StringComparison.Ordinal) && call.Header(SecurityHeader) != "true")
        {
            return new Status(StatusCode.InvalidArgument, $"The metadata '{SecurityHeader}: true' is missing.");
        }

        return call.Peer is { } peer && callers.Any(caller => caller.Matches(peer.UserId, peer.GroupIds))
            ? Status.DefaultSuccess
            : new Status(
                StatusCode.PermissionDenied,
                $"{(call.Peer is { UserId: var user } ? $"User {user}" : "A caller that the kernel doesn't know")} isn't among meshIdentity.callers of the AgentConfiguration.");
    }
}
