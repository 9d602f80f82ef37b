using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace Onboarding.Client.Events;

/// <summary>
/// The events of an agent, in one order for all: each is logged with its phase's number as event id, folded into the state, and told to
/// everybody who listens.
/// </summary>
internal sealed class AgentEvents(ILogger<AgentEvents> logger, IProgress<OnboardingStep>? progress, TimeProvider time)
{
    // A listener that doesn't read loses the oldest: its status is made again at each, so it misses nothing that counts.
    private const int Backlog = 256;
    private readonly Lock _lock = new();
    private readonly List<Channel<OnboardingStep>> _listeners = [];
    private readonly RepeatedFailures _repeated = new(time);
    private volatile AgentState _state = new();
    private long _began = time.GetTimestamp();

    /// <summary>Where the machine is now.</summary>
    public AgentState State => _state;

    /// <summary>The machine is about to join: elapsed time counts from here.</summary>
    public void Begin()
    {
        lock (_lock)
        {
            _began = time.GetTimestamp();
            _state = _state.Begin(time.GetUtcNow());
        }
    }

    /// <summary>Something happened.</summary>
    public void Tell(AgentEvent happened)
    {
        lock (_lock)
        {
            foreach (AgentEvent line in _repeated.Add(happened))
            {
                Log(line);
            }

            var step = new OnboardingStep(happened, time.GetUtcNow(), time.GetElapsedTime(_began));
            _state = _state.Fold(step);
            foreach (Channel<OnboardingStep> listener in _listeners)
            {
                listener.Writer.TryWrite(step);
            }

            // In the order of the state; what listens here only takes a note.
            progress?.Report(step);
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

    private void Log(AgentEvent happened)
    {
        LogLevel level = happened.IsWarning ? LogLevel.Warning : LogLevel.Information;
        if (logger.IsEnabled(level))
        {
            logger.Log(level, new EventId((int)happened.Phase, happened.Phase.ToString()), new StepState(happened), null, static (s, _) => s.ToString());
        }
    }

    /// <summary>What one listener hears.</summary>
    public sealed class Subscription(AgentEvents source, Channel<OnboardingStep> steps) : IDisposable
    {
        /// <summary>The events since it subscribed, until what they are events of has ended and all of them were read.</summary>
        /// <param name="end">What they are events of.</param>
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
