using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Onboarding.Client.Flow;

namespace Onboarding.Client.Control;

/// <summary>Tells steps to whoever listens at the moment.</summary>
internal sealed class StepBroadcast
{
    // A listener that doesn't read loses the oldest steps: its status is made anew at each, so it misses nothing that counts.
    private const int Backlog = 256;
    private readonly Lock _lock = new();
    private readonly List<Channel<OnboardingStep>> _listeners = [];

    /// <summary>Tells all.</summary>
    public void Publish(OnboardingStep step)
    {
        lock (_lock)
        {
            foreach (Channel<OnboardingStep> listener in _listeners)
            {
                listener.Writer.TryWrite(step);
            }
        }
    }

    /// <summary>Listens from now on.</summary>
    public Subscription Subscribe()
    {
        var listener = System.Threading.Channels.Channel.CreateBounded<OnboardingStep>(
            new BoundedChannelOptions(Backlog) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });
        lock (_lock)
        {
            _listeners.Add(listener);
        }

        return new Subscription(this, listener);
    }

    private void Remove(Channel<OnboardingStep> listener)
    {
        lock (_lock)
        {
            _listeners.Remove(listener);
        }
    }

    /// <summary>What one listener hears.</summary>
    public sealed class Subscription(StepBroadcast source, Channel<OnboardingStep> steps) : IDisposable
    {
        /// <summary>The steps since it subscribed, until what they are steps of has ended and all of them were read.</summary>
        /// <param name="end">What they are steps of.</param>
        /// <param name="cancellationToken">Ends the listening.</param>
        public async IAsyncEnumerable<OnboardingStep> ReadAsync(Task end, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            _ = end.ContinueWith(
                (_, state) => ((ChannelWriter<OnboardingStep>)state!).TryComplete(),
                steps.Writer,
                CancellationToken.None,
                TaskContinuationOptions.ExecuteSynchronously,
                TaskScheduler.Default);
            await foreach (OnboardingStep step in steps.Reader.ReadAllAsync(cancellationToken))
            {
                yield return step;
            }
        }

        /// <inheritdoc />
        public void Dispose() => source.Remove(steps);
    }
}
