using Grpc.AspNetCore.Server;
using Grpc.Core;

namespace Onboarding.Endpoint.Connections;

/// <summary>A connection as <see cref="ConnectionTable"/> counts it.</summary>
/// <param name="table">The table it is in.</param>
/// <param name="abort">Cuts it.</param>
internal sealed class GuardedConnection(ConnectionTable table, Action abort)
{
    /// <summary>The connection of a call; null for a call without one, in tests.</summary>
    public static GuardedConnection? Find(ServerCallContext context) =>
        context is IServerCallContextFeature ? context.GetHttpContext().Features.Get<GuardedConnection>() : null;

    /// <summary>Where it comes from; null while a load balancer hasn't said.</summary>
    internal ConnectionSource? Source { get; set; }

    internal ConnectionRank Rank { get; set; }

    internal LinkedListNode<GuardedConnection>? InRank { get; set; }

    internal LinkedListNode<GuardedConnection>? InSource { get; set; }

    internal int Streams { get; set; }

    internal int Sessions { get; set; }

    /// <summary>When it was opened, or its last request began.</summary>
    internal long UsedAt { get; set; }

    /// <summary>Asks the peer to close it (GOAWAY of HTTP/2); null before there is a protocol to ask in.</summary>
    internal Action? AskToClose { get; set; }

    internal bool IsAsked { get; set; }

    /// <summary>True if a caller failed on it, and none was admitted since.</summary>
    public bool HasFailed { get; private set; }

    /// <summary>Says where it comes from.</summary>
    public void ComesFrom(string source) => table.Place(this, source);

    /// <summary>Its TLS handshake is done.</summary>
    /// <param name="askToClose">Asks the peer to close it.</param>
    public void Shook(Action? askToClose) => table.Shook(this, askToClose);

    /// <summary>A caller on it proved who it is, and was admitted.</summary>
    public void Proved()
    {
        HasFailed = false;
        table.Proved(this);
    }

    /// <summary>A caller on it failed before it proved who it is.</summary>
    public void Failed() => HasFailed = true;

    /// <summary>A session begins on it; it ends when the result is disposed.</summary>
    public IDisposable BeginSession() => table.BeginSession(this);

    /// <summary>A request begins on it; false if there are too many. One that began must end.</summary>
    public bool TryBeginRequest() => table.TryBeginRequest(this);

    /// <summary>A request has ended.</summary>
    public void EndRequest() => table.EndRequest(this);

    /// <summary>Asks the peer to make its next call on another connection; the calls on this one go on.</summary>
    public void Retire() => table.Retire(this);

    /// <summary>It has ended.</summary>
    public void Closed() => table.Closed(this);

    /// <summary>Cuts it.</summary>
    internal void Abort() => abort();
}

/// <summary>How far a connection has come, and whether its address had sessions.</summary>
internal enum ConnectionRank
{
    /// <summary>In its handshake, from an address without sessions.</summary>
    HandshakeOfStranger,

    /// <summary>Past its handshake, from an address without sessions.</summary>
    Stranger,

    /// <summary>In its handshake, from an address that had sessions.</summary>
    HandshakeOfNeighbour,

    /// <summary>Past its handshake, from an address that had sessions.</summary>
    Neighbour,

    /// <summary>A caller proved who it is, and has no session yet.</summary>
    Proved,

    /// <summary>It has a session.</summary>
    Session,
}

/// <summary>An address, or a /64 of IPv6, and its unproved connections.</summary>
/// <param name="key">Its key.</param>
internal sealed class ConnectionSource(string key)
{
    public string Key { get; } = key;

    /// <summary>In their handshakes, the oldest first.</summary>
    public LinkedList<GuardedConnection> Handshakes { get; } = [];

    /// <summary>Past them, the oldest first.</summary>
    public LinkedList<GuardedConnection> Unproved { get; } = [];

    /// <summary>All connections, proved ones among them.</summary>
    public int Connections { get; set; }

    public int Streams { get; set; }

    /// <summary>Its place among the addresses that had a session; null if it never had one.</summary>
    public LinkedListNode<ConnectionSource>? Known { get; set; }
}
