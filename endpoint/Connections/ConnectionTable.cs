namespace Onboarding.Endpoint.Connections;

/// <summary>
/// Counts connections, and closes the oldest unproved one where a limit is reached: a newcomer always gets its turn to prove who it is. One
/// of an unknown address goes before one of an address that had sessions. A session is never closed for others.
/// </summary>
internal sealed class ConnectionTable(ConnectionLimits limits, TimeProvider time)
{
    private const int MostKnown = 20_000;

    private readonly Lock _lock = new();
    private readonly LinkedList<GuardedConnection>[] _ranks = [.. Enum.GetValues<ConnectionRank>().Select(_ => new LinkedList<GuardedConnection>())];
    private readonly Dictionary<string, ConnectionSource> _sources = new(StringComparer.Ordinal);

    // Addresses that had a session, the one that was heard of longest ago first.
    private readonly LinkedList<ConnectionSource> _known = [];
    private TaskCompletionSource? _room;
    private int _open;
    private int _streams;
    private long _closedForOthers;

    /// <summary>The limits.</summary>
    public ConnectionLimits Limits => limits;

    /// <summary>Connections that are open, or still closing.</summary>
    public int Open
    {
        get
        {
            lock (_lock)
            {
                return _open;
            }
        }
    }

    /// <summary>Connections on which nothing has been proved.</summary>
    public int Unproved
    {
        get
        {
            lock (_lock)
            {
                return Count(ConnectionRank.HandshakeOfStranger, ConnectionRank.Neighbour);
            }
        }
    }

    /// <summary>How many connections were closed so that others found room.</summary>
    public long ClosedForOthers => Interlocked.Read(ref _closedForOthers);

    /// <summary>Complete once another connection may be accepted: sockets that are being closed need their descriptors until they are.</summary>
    public Task HasRoomAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return _open < limits.InAll + limits.Closing
                ? Task.CompletedTask
                : (_room ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Takes a connection in.</summary>
    /// <param name="source">Where it comes from; null if a load balancer is going to say.</param>
    /// <param name="abort">Cuts it.</param>
    public GuardedConnection Add(string? source, Action abort)
    {
        var connection = new GuardedConnection(this, abort) { UsedAt = time.GetTimestamp() };
        GuardedConnection? victim;
        lock (_lock)
        {
            _open++;
            Enter(connection, ConnectionRank.HandshakeOfStranger);
            victim = source is null ? TakeVictim(connection) : PlaceLocked(connection, source);
        }

        CloseForOthers(victim);
        return connection;
    }

    /// <summary>Closes the oldest unproved connections, because the process has run out of something.</summary>
    public void MakeRoom(int count)
    {
        for (int i = 0; i < count; i++)
        {
            GuardedConnection? victim;
            lock (_lock)
            {
                victim = Take(Oldest());
            }

            CloseForOthers(victim);
        }
    }

    /// <summary>Closes connections that nothing is proved on and that nothing happens on: first it asks, the next time it cuts.</summary>
    public void CloseIdle()
    {
        List<GuardedConnection> idle = [];
        lock (_lock)
        {
            for (ConnectionRank rank = ConnectionRank.HandshakeOfStranger; rank < ConnectionRank.Session; rank++)
            {
                idle.AddRange(_ranks[(int)rank].Where(IsIdle));
            }
        }

        foreach (GuardedConnection connection in idle)
        {
            if (connection is { IsAsked: false, AskToClose: { } ask })
            {
                connection.IsAsked = true;
                ask();
            }
            else
            {
                connection.Abort();
            }
        }
    }

    internal void Place(GuardedConnection connection, string source)
    {
        GuardedConnection? victim;
        lock (_lock)
        {
            victim = connection.Source is null && connection.InRank is not null ? PlaceLocked(connection, source) : null;
        }

        CloseForOthers(victim);
    }

    internal void Shook(GuardedConnection connection, Action? askToClose)
    {
        lock (_lock)
        {
            connection.AskToClose = askToClose;
            if (connection.InRank is not null && connection.Source is { } source)
            {
                Enter(connection, source.Known is null ? ConnectionRank.Stranger : ConnectionRank.Neighbour);
            }
        }
    }

    internal void Retire(GuardedConnection connection)
    {
        Action? ask;
        lock (_lock)
        {
            ask = connection.IsAsked ? null : connection.AskToClose;
            connection.IsAsked = true;
        }

        ask?.Invoke();
    }

    internal void Proved(GuardedConnection connection)
    {
        lock (_lock)
        {
            connection.UsedAt = time.GetTimestamp();
            if (connection.InRank is not null && connection.Rank < ConnectionRank.Proved)
            {
                Enter(connection, ConnectionRank.Proved);
                Remember(connection.Source);
            }
        }
    }

    internal OpenSession BeginSession(GuardedConnection connection)
    {
        lock (_lock)
        {
            connection.Sessions++;
            Remember(connection.Source);
            if (connection.InRank is not null && _ranks[(int)ConnectionRank.Session].Count < limits.Sessions)
            {
                Enter(connection, ConnectionRank.Session);
            }
        }

        return new OpenSession(this, connection);
    }

    internal bool TryBeginRequest(GuardedConnection connection)
    {
        GuardedConnection? victim = null;
        lock (_lock)
        {
            connection.UsedAt = time.GetTimestamp();
            connection.Streams++;
            if (connection.Rank >= ConnectionRank.Proved || connection.InRank is null)
            {
                return true;
            }

            _streams++;
            ConnectionSource? source = connection.Source;
            if (source is not null && ++source.Streams > limits.StreamsPerSource)
            {
                victim = source.Unproved.FirstOrDefault(c => c.Streams > 0);
            }
            else if (_streams > limits.Streams)
            {
                victim = _ranks[(int)ConnectionRank.Stranger].Concat(_ranks[(int)ConnectionRank.Neighbour]).FirstOrDefault(c => c.Streams > 0);
            }

            Take(victim);
        }

        CloseForOthers(victim);
        return victim != connection;
    }

    internal void EndRequest(GuardedConnection connection)
    {
        lock (_lock)
        {
            connection.Streams--;
            connection.UsedAt = time.GetTimestamp();
            if (connection.InRank is not null && connection.Rank < ConnectionRank.Proved)
            {
                AddStreams(connection, -1);
            }
        }
    }

    internal void Closed(GuardedConnection connection)
    {
        lock (_lock)
        {
            Leave(connection);
            _open--;
            _room?.TrySetResult();
            _room = null;
            if (connection.Source is { } source && --source.Connections == 0 && source.Known is null)
            {
                _sources.Remove(source.Key);
            }
        }
    }

    private void EndSession(GuardedConnection connection)
    {
        lock (_lock)
        {
            connection.UsedAt = time.GetTimestamp();
            if (--connection.Sessions == 0 && connection.InRank is not null)
            {
                Enter(connection, ConnectionRank.Proved);
            }
        }
    }

    private GuardedConnection? PlaceLocked(GuardedConnection connection, string key)
    {
        if (!_sources.TryGetValue(key, out ConnectionSource? source))
        {
            _sources[key] = source = new ConnectionSource(key);
        }

        source.Connections++;
        connection.Source = source;
        Enter(connection, source.Known is null ? ConnectionRank.HandshakeOfStranger : ConnectionRank.HandshakeOfNeighbour);
        return source.Handshakes.Count + source.Unproved.Count > limits.UnprovedPerSource
            ? Take(Larger(source.Handshakes, source.Unproved))
            : TakeVictim(connection);
    }

    // Whom a newcomer replaces, if it finds no room.
    private GuardedConnection? TakeVictim(GuardedConnection newcomer)
    {
        int strangers = Count(ConnectionRank.HandshakeOfStranger, ConnectionRank.Stranger);
        bool isFull = _open - Departed() > limits.InAll
            || Count(ConnectionRank.HandshakeOfStranger, ConnectionRank.Neighbour) > limits.Unproved
            || (newcomer.Rank <= ConnectionRank.Stranger && strangers > limits.Strangers);
        return isFull ? Take(Oldest()) : null;
    }

    private GuardedConnection? Oldest() =>
        Larger(_ranks[(int)ConnectionRank.HandshakeOfStranger], _ranks[(int)ConnectionRank.Stranger])
        ?? Larger(_ranks[(int)ConnectionRank.HandshakeOfNeighbour], _ranks[(int)ConnectionRank.Neighbour])
        ?? _ranks[(int)ConnectionRank.Proved].First?.Value;

    // The larger half pays. Attack: silent connections must not push out those that are past their handshake, for which an attacker has to
    // compute; nor may these, once they fill all the room, leave none for a handshake.
    private static GuardedConnection? Larger(LinkedList<GuardedConnection> handshakes, LinkedList<GuardedConnection> past) =>
        (handshakes.Count > past.Count ? handshakes : past).First?.Value;

    private int Count(ConnectionRank first, ConnectionRank last)
    {
        int count = 0;
        for (ConnectionRank rank = first; rank <= last; rank++)
        {
            count += _ranks[(int)rank].Count;
        }

        return count;
    }

    // Those that were cut, and whose sockets aren't closed yet.
    private int Departed() => _open - Count(ConnectionRank.HandshakeOfStranger, ConnectionRank.Session);

    private bool IsIdle(GuardedConnection connection) =>
        time.GetElapsedTime(connection.UsedAt) >= (connection.Streams > 0 ? limits.Stream : limits.Idle);

    private void Enter(GuardedConnection connection, ConnectionRank rank)
    {
        Leave(connection);
        connection.Rank = rank;
        connection.InRank = _ranks[(int)rank].AddLast(connection);
        if (rank < ConnectionRank.Proved)
        {
            bool isHandshake = rank is ConnectionRank.HandshakeOfStranger or ConnectionRank.HandshakeOfNeighbour;
            connection.InSource = (isHandshake ? connection.Source?.Handshakes : connection.Source?.Unproved)?.AddLast(connection);
            AddStreams(connection, connection.Streams);
        }
    }

    private void Leave(GuardedConnection connection)
    {
        if (connection.InRank is { } inRank)
        {
            AddStreams(connection, connection.Rank < ConnectionRank.Proved ? -connection.Streams : 0);
            inRank.List!.Remove(inRank);
            connection.InRank = null;
        }

        if (connection.InSource is { } inSource)
        {
            inSource.List!.Remove(inSource);
            connection.InSource = null;
        }
    }

    private void AddStreams(GuardedConnection connection, int count)
    {
        _streams += count;
        if (connection.Source is { } source)
        {
            source.Streams += count;
        }
    }

    private GuardedConnection? Take(GuardedConnection? victim)
    {
        if (victim is not null)
        {
            Leave(victim);
        }

        return victim;
    }

    private void Remember(ConnectionSource? source)
    {
        if (source is null)
        {
            return;
        }

        if (source.Known is { } known)
        {
            _known.Remove(known);
        }

        source.Known = _known.AddLast(source);
        if (_known.Count > MostKnown)
        {
            ConnectionSource forgotten = _known.First!.Value;
            _known.RemoveFirst();
            forgotten.Known = null;
            if (forgotten.Connections == 0)
            {
                _sources.Remove(forgotten.Key);
            }
        }
    }

    // Outside the lock: what waits for the connection runs at once.
    private void CloseForOthers(GuardedConnection? victim)
    {
        if (victim is not null)
        {
            Interlocked.Increment(ref _closedForOthers);
            victim.Abort();
        }
    }

    /// <summary>A session on a connection.</summary>
    internal sealed class OpenSession(ConnectionTable table, GuardedConnection connection) : IDisposable
    {
        private int _ended;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _ended, 1) == 0)
            {
                table.EndSession(connection);
            }
        }
    }
}
