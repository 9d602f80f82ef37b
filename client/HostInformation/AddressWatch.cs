using System.Net.NetworkInformation;
using Onboarding.Client.Native;

namespace Onboarding.Client.HostInformation;

/// <summary>
/// Tells that addresses of the host came or went. The kernel says so, and nothing is asked for again and again; one change is often several
/// messages, which are told once.
/// </summary>
internal sealed class AddressWatch : IDisposable
{
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim _changed = new(0, 1);
    private readonly TimeProvider _time;
    private readonly IDisposable _listening;

    /// <summary>Watches this host.</summary>
    /// <param name="time">The clock.</param>
    public AddressWatch(TimeProvider time)
        : this(time, changed => (IDisposable?)AddressMessages.Listen(changed) ?? new RuntimeEvent(changed))
    {
    }

    /// <summary>Watches what is given.</summary>
    /// <param name="time">The clock.</param>
    /// <param name="listen">Has a listener told, until what it returns is disposed of.</param>
    public AddressWatch(TimeProvider time, Func<Action, IDisposable> listen)
    {
        _time = time;
        _listening = listen(Tell);
    }

    /// <summary>Waits for a change, and until a second has passed since.</summary>
    public async Task NextAsync(CancellationToken cancellationToken)
    {
        await _changed.WaitAsync(cancellationToken);
        await Task.Delay(Quiet, _time, cancellationToken);
    }

    /// <summary>Tells of a change once more, later: what it was told for failed.</summary>
    /// <param name="wait">How much later.</param>
    /// <param name="cancellationToken">Not any more.</param>
    public void TellAfter(TimeSpan wait, CancellationToken cancellationToken) => _ = TellAfterAsync(wait, cancellationToken);

    public void Dispose() => _listening.Dispose();

    private async Task TellAfterAsync(TimeSpan wait, CancellationToken cancellationToken)
    {
        await Task.Delay(wait, _time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Tell();
    }

    // More than one that no one has waited for says no more than one.
    private void Tell()
    {
        lock (_changed)
        {
            if (_changed.CurrentCount == 0)
            {
                _changed.Release();
            }
        }
    }

    /// <summary>What the runtime knows of, where the kernel's messages can't be read.</summary>
    private sealed class RuntimeEvent : IDisposable
    {
        private readonly NetworkAddressChangedEventHandler _handler;

        public RuntimeEvent(Action changed)
        {
            _handler = (_, _) => changed();
            NetworkChange.NetworkAddressChanged += _handler;
        }

        public void Dispose() => NetworkChange.NetworkAddressChanged -= _handler;
    }
}
