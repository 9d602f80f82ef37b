using Microsoft.Extensions.Logging;
using Onboarding.Kubernetes.LeaderElection;

namespace Onboarding.Kubernetes;

/// <summary>
/// Makes sure that one of several processes does something, by a Lease. Time is measured by each process's own monotonic clock
/// from what it saw, so that clocks that differ do no harm. Ours, because the package's elector compares wall clocks, neither stops
/// nor awaits what the leader does, and doesn't give the Lease back.
/// </summary>
public sealed partial class LeaderElector
{
    private readonly LeaseLock _lock;
    private readonly LeaderElectorOptions _options;
    private readonly KubernetesClientOptions _client;
    private readonly ILogger _logger;

    /// <summary>Makes a candidate; <see cref="RunAsync"/> lets it run.</summary>
    /// <param name="client">The server.</param>
    /// <param name="namespace">Namespace of the Lease.</param>
    /// <param name="name">Name of the Lease; created if absent.</param>
    /// <param name="identity">Name of this process; no other candidate may have it.</param>
    /// <param name="options">Times.</param>
    public LeaderElector(KubernetesClient client, string @namespace, string name, string identity, LeaderElectorOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentException.ThrowIfNullOrEmpty(identity);
        _options = (options ?? new LeaderElectorOptions()).Checked();
        _client = client.Options;
        _lock = new LeaseLock(client, new NamespacedName(@namespace, name), identity, _options);
        _logger = client.Options.LoggerFactory.CreateLogger<LeaderElector>();
    }

    /// <summary>True while this process leads.</summary>
    public bool IsLeader { get; private set; }

    /// <summary>
    /// True while no other process can have taken over: this one leads, and its last renewal is younger than the deadline. Unlike
    /// <see cref="IsLeader"/> it is false at once in a process that was stopped for longer, before any of its timers has noticed.
    /// </summary>
    public bool MayAct => IsLeader && _lock.SinceRenewal < _options.RenewDeadline;

    /// <summary>Who leads, as last seen; null if no one does.</summary>
    public string? CurrentLeader => _lock.Holder;

    /// <summary>
    /// Runs for election until told to stop, then returns; each time this process is elected, calls <paramref name="lead"/>,
    /// whose token is cancelled when the lead is lost. Whatever it does must have ended when it returns: the lease is given back
    /// only then, and another process may lead from then on. If it returns, or throws, while it still leads, so does this method;
    /// what it throws once it was told to stop is logged.
    /// </summary>
    /// <param name="lead">What the leader does.</param>
    /// <param name="cancellationToken">Tells it to stop.</param>
    public async Task RunAsync(Func<CancellationToken, Task> lead, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(lead);
        try
        {
            while (true)
            {
                await AcquireAsync(cancellationToken);
                if (await LeadAsync(lead, cancellationToken))
                {
                    return;
                }
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Told to stop.
        }
    }

    private async Task AcquireAsync(CancellationToken cancellationToken)
    {
        while (!await TryAsync(_options.RenewDeadline, cancellationToken))
        {
            // When the lease runs out, if that is sooner: every second without a leader counts.
            TimeSpan pause = _options.RetryPeriod * (1 + (_client.Random.NextDouble() / 5));
            await Task.Delay(_lock.UntilExpiry is { } left && left < pause ? left : pause, _client.TimeProvider, cancellationToken);
        }
    }

    /// <summary>Leads until the lead is lost (false) or what the leader does has ended (true).</summary>
    private async Task<bool> LeadAsync(Func<CancellationToken, Task> lead, CancellationToken cancellationToken)
    {
        using var leading = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var renewing = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        IsLeader = true;
        LogElected(_logger, _lock.Name);
        Task work = Task.Run(() => lead(leading.Token), CancellationToken.None);
        Task renewal = RenewAsync(renewing.Token);
        bool ended = await Task.WhenAny(work, renewal) == work && !leading.IsCancellationRequested;
        IsLeader = false;
        await leading.CancelAsync();
        try
        {
            if (!ended && !cancellationToken.IsCancellationRequested)
            {
                LogLost(_logger, _lock.Name);
            }

            await work;
            return ended;
        }
        catch (OperationCanceledException) when (!ended)
        {
            return false; // the work's way of stopping
        }
#pragma warning disable CA1031 // whatever it is: it isn't why the lead ended, and mustn't keep this process from leading again
        catch (Exception e) when (!ended)
#pragma warning restore CA1031
        {
            LogWorkFailed(_logger, e, _lock.Name);
            return false;
        }
        finally
        {
            await renewing.CancelAsync();
            await renewal;
            await ReleaseAsync();
        }
    }

    /// <summary>Returns when the lease couldn't be renewed in time, or when it is told to stop.</summary>
    private async Task RenewAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                await Task.Delay(_options.RetryPeriod, _client.TimeProvider, cancellationToken);
                TimeSpan left = _options.RenewDeadline - _lock.SinceRenewal;
                if (left <= TimeSpan.Zero)
                {
                    return;
                }

                if (!await TryAsync(left, cancellationToken) && _lock.IsHeldByAnother)
                {
                    return;
                }
            }
        }
        catch (OperationCanceledException)
        {
            // Told to stop.
        }
    }

    private async Task<bool> TryAsync(TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(timeout, _client.TimeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        try
        {
            return await _lock.TryHoldAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            LogFailed(_logger, _lock.Name, "no answer in time");
            return false;
        }
        catch (Exception e) when (e is KubernetesException or KubeConfigException)
        {
            LogFailed(_logger, _lock.Name, e.Message);
            return false;
        }
    }

    private async Task ReleaseAsync()
    {
        // Told to stop or not: who waits for the lead should have it at once.
        using var limit = new CancellationTokenSource(_options.RetryPeriod, _client.TimeProvider);
        try
        {
            await _lock.ReleaseAsync(limit.Token);
        }
        catch (Exception e) when (e is KubernetesException or KubeConfigException or OperationCanceledException)
        {
            LogFailed(_logger, _lock.Name, e.Message); // it runs out by itself
        }
    }

    [LoggerMessage(2040, LogLevel.Information, "Elected leader of {Lease}.")]
    private static partial void LogElected(ILogger logger, NamespacedName lease);

    [LoggerMessage(2041, LogLevel.Warning, "No longer leader of {Lease}.")]
    private static partial void LogLost(ILogger logger, NamespacedName lease);

    [LoggerMessage(2043, LogLevel.Error, "A task of the leader of {Lease} failed when leadership ended. This process runs for election again.")]
    private static partial void LogWorkFailed(ILogger logger, Exception exception, NamespacedName lease);

    [LoggerMessage(2042, LogLevel.Warning, "Lease {Lease}: {Reason} Trying again.")]
    private static partial void LogFailed(ILogger logger, NamespacedName lease, string reason);
}
