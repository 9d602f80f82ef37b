namespace Grpc.Core;

/// <summary>What generated clients have in common.</summary>
/// <typeparam name="T">The client.</typeparam>
public abstract class ClientBase<T> : ClientBase
    where T : ClientBase<T>
{
    /// <inheritdoc />
    protected ClientBase()
    {
    }

    /// <inheritdoc />
    protected ClientBase(ChannelBase channel)
        : base(channel)
    {
    }

    /// <inheritdoc />
    protected ClientBase(CallInvoker callInvoker)
        : base(callInvoker)
    {
    }

    /// <inheritdoc />
    protected ClientBase(ClientBaseConfiguration configuration)
        : base(configuration)
    {
    }

    /// <summary>The same client, calling another authority over the same channel.</summary>
    /// <param name="host">The authority.</param>
    /// <returns>The client.</returns>
    public T WithHost(string host) => NewInstance(Configuration.WithHost(host));

    /// <summary>Makes a client of this type.</summary>
    /// <param name="configuration">What to make it with.</param>
    /// <returns>The client.</returns>
    protected abstract T NewInstance(ClientBaseConfiguration configuration);
}
