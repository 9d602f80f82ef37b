using Grpc.Core;

namespace Onboarding.AgentHost.Control;

/// <summary>A call before anything of it is read but its headers.</summary>
/// <param name="Peer">Who calls; null if the kernel doesn't know it.</param>
/// <param name="Method">The method's path, e.g. <c>/SpiffeWorkloadAPI/FetchX509SVID</c>.</param>
/// <param name="Header">Value of a header by its name; null if there is none, or more than one.</param>
internal sealed record SocketCall(PeerCredentials? Peer, string Method, Func<string, string?> Header);

/// <summary>What a socket serves, and to whom.</summary>
/// <param name="Services">The generated <c>BindService</c> applied to each service.</param>
/// <param name="Authorize">Decides on each call; <see cref="Status.DefaultSuccess"/> lets it in.</param>
/// <param name="Limits">What peers may use.</param>
internal sealed record SocketOffer(IReadOnlyList<ServerServiceDefinition> Services, Func<SocketCall, Status> Authorize, SocketLimits Limits)
{
    /// <summary>Told that the first peer came, and with it Kestrel and gRPC's server.</summary>
    public Action? Started { get; init; }
}

/// <summary>What peers may use of a socket: one that floods it must not grow the process, nor keep others out.</summary>
/// <param name="Connections">Connections at one time.</param>
/// <param name="ConnectionsOfUser">Those of one user.</param>
/// <param name="LargestMessage">Bytes of a request.</param>
internal sealed record SocketLimits(int Connections, int ConnectionsOfUser, int LargestMessage)
{
    /// <summary>For people and their tools on one machine.</summary>
    public static SocketLimits ForPeople { get; } = new(32, 32, 64 * 1024);
}
