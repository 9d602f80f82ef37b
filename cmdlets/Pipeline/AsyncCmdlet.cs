using System.Management.Automation;
using Onboarding.Cmdlets.Errors;

namespace Onboarding.Cmdlets.Pipeline;

/// <summary>
/// A cmdlet whose work is awaited. The work runs off the pipeline's thread, so that nothing it starts ever waits for a cmdlet
/// that has ended; what it writes is written on the pipeline's thread. Ctrl+C cancels at once.
/// </summary>
public abstract partial class AsyncCmdlet : PSCmdlet, IDisposable
{
    // What cancelled work may take to leave no half state behind, before PowerShell gets its prompt back anyway.
    private static readonly TimeSpan CleanUpTime = TimeSpan.FromSeconds(5);
    private readonly CancellationTokenSource _stopping = new();
    private readonly PipelineRows _rows = new();
    private readonly RepeatedWarnings _warnings = new();
    private PipelineQueue? _queue;
    private int _pipelineThread;

    /// <summary>Lets go of what the cmdlet holds.</summary>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <inheritdoc/>
    protected sealed override void BeginProcessing() => Run(BeginAsync, terminating: true, target: null);

    /// <inheritdoc/>
    protected sealed override void ProcessRecord()
    {
        _rows.Next(Target);
        Run(ProcessAsync, terminating: false, Target);
    }

    /// <inheritdoc/>
    protected sealed override void EndProcessing()
    {
        try
        {
            Run(EndAsync, terminating: false, target: null);
        }
        finally
        {
            WriteHeldWarnings();
        }
    }

    /// <inheritdoc/>
    protected sealed override void StopProcessing() => _stopping.Cancel();

    /// <summary>Lets go of what the cmdlet holds.</summary>
    /// <param name="disposing">True if called by <see cref="Dispose()"/>.</param>
    protected virtual void Dispose(bool disposing)
    {
        if (disposing)
        {
            _stopping.Dispose();
        }
    }

    /// <summary>The object that a failure of <see cref="ProcessAsync"/> is about: what came down the pipeline, or its name.</summary>
    private protected virtual object? Target => null;

    /// <summary>Before the first object; what fails here ends the cmdlet.</summary>
    private protected virtual Task BeginAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>For each object; what fails here is reported with the object, and the next one is tried.</summary>
    private protected virtual Task ProcessAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>After the last object.</summary>
    private protected virtual Task EndAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private void Run(Func<CancellationToken, Task> stage, bool terminating, object? target)
    {
        var queue = new PipelineQueue();
        _pipelineThread = Environment.CurrentManagedThreadId;
        _queue = queue;
        CancellationToken stopping = _stopping.Token;
        Task work = Task.Run(() => stage(stopping), CancellationToken.None);
        bool ended;
        try
        {
            ended = queue.RunUntil(work, CleanUpTime, stopping);
        }
        catch
        {
            // PowerShell ended the pipeline from within a write, e.g. by -WarningAction Stop.
            _stopping.Cancel();
            throw;
        }
        finally
        {
            _queue = null;
        }

        if (!ended || (work.IsCanceled && stopping.IsCancellationRequested))
        {
            throw new PipelineStoppedException();
        }

        try
        {
            work.GetAwaiter().GetResult();
        }
        catch (Exception e) when (e is not (PipelineStoppedException or TerminatingException) && !IsPowerShells(e))
        {
            if (stopping.IsCancellationRequested)
            {
                throw new PipelineStoppedException();
            }

            Report(e, terminating, target);
        }
        catch (TerminatingException e)
        {
            ThrowTerminatingError(e.ErrorRecord);
        }
    }

    // Where a failure ends the cmdlet, what was held back is said before it.
    private void WriteHeldWarnings()
    {
        if (!_stopping.IsCancellationRequested)
        {
            foreach (string text in _warnings.Take())
            {
                base.WriteWarning(text);
            }
        }
    }

    private void Report(Exception exception, bool terminating, object? target)
    {
        ErrorRecord record = ErrorRecords.FromException(exception, target, _rows.Describe(target));
        if (terminating || !ErrorRecords.IsExpected(exception))
        {
            WriteHeldWarnings();
            ThrowTerminatingError(record);
        }

        base.WriteError(record);
    }

    // E.g. what stops upstream commands once Select-Object -First has enough, and errors under -ErrorAction Stop: internal to PowerShell.
    private static bool IsPowerShells(Exception exception) =>
        exception is RuntimeException || exception.GetType().Assembly == typeof(PSCmdlet).Assembly;
}
