using Grpc.Core;
using Onboarding.Client.Control;

namespace Onboarding.AgentHost.Control;

/// <summary>
/// Who may talk to the agent: root, the agent's own user, and members of group <c>onboarding</c>. Any process of any user can try
/// to open the socket; one that got through could take the machine out of the mesh. So the socket's mode isn't all: it is lost
/// when someone mounts or chmods the directory, while the kernel's word on the peer isn't.
/// </summary>
/// <param name="ownUserId">The agent's user.</param>
/// <param name="groupId">Id of the group; null if the machine doesn't have it.</param>
internal sealed class PeerAuthorization(uint ownUserId, uint? groupId)
{
    /// <summary>Decides.</summary>
    /// <param name="peer">The peer; null if the kernel doesn't know it, and then it is no one.</param>
    public Status Decide(PeerCredentials? peer)
    {
        if (peer is null)
        {
            return new Status(StatusCode.PermissionDenied, "The kernel doesn't tell who is calling.");
        }

        bool allowed = peer.UserId == 0 || peer.UserId == ownUserId || (groupId is { } id && peer.GroupIds.Contains(id));
        return allowed
            ? Status.DefaultSuccess
            : new Status(
                StatusCode.PermissionDenied,
                $"User {peer.UserId} isn't root, the agent's user, or a member of group '{ControlSocket.Group}'.");
    }
}
