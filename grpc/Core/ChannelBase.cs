namespace Grpc.Core;

/// <summary>A connection, or several, to one server.</summary>
/// <param name="target">Host and port.</param>
public abstract class ChannelBase(string target)
{
    /// <summary>Host and port.</summary>
    public string Target { get; } = target ?? throw new ArgumentNullException(nameof(target));

    /// <summary>What makes calls on this channel.</summary>
    /// <returns>The invoker.</returns>
    public abstract CallInvoker CreateCallInvoker();

    /// <summary>Ends all calls and closes the connections.</summary>
    /// <returns>Done when they are.</returns>
    public Task ShutdownAsync() => ShutdownAsyncCore();

    /// <inheritdoc cref="ShutdownAsync" />
    protected virtual Task ShutdownAsyncCore() => Task.CompletedTask;
}
