using System.Management.Automation;
using Onboarding.Cmdlets.Errors;

namespace Onboarding.Cmdlets.Pipeline;

public abstract partial class AsyncCmdlet
{
    /// <summary>True if the cmdlet may do it: not under <c>-WhatIf</c>, and confirmed where that is asked for.</summary>
    /// <param name="target">The object and the context, e.g. <c>bookinfo/ratings (context prod-eu)</c>.</param>
    /// <param name="action">What is done with it.</param>
    public new bool ShouldProcess(string target, string action) => Invoke(() => base.ShouldProcess(target, action));

    /// <summary>As <see cref="ShouldProcess(string, string)"/>, with sentences of its own.</summary>
    /// <param name="description">What is said by <c>-Verbose</c> and <c>-WhatIf</c>.</param>
    /// <param name="warning">What is asked.</param>
    /// <param name="caption">Above the question.</param>
    public new bool ShouldProcess(string description, string warning, string caption) =>
        Invoke(() => base.ShouldProcess(description, warning, caption));

    /// <summary>As <see cref="ShouldProcess(string, string)"/>, and says under <c>-WhatIf</c> what would be made.</summary>
    /// <param name="target">The object and the context.</param>
    /// <param name="action">What is done with it.</param>
    /// <param name="plan">What would be made; asked for under <c>-WhatIf</c> only, and calls no one.</param>
    private protected bool ShouldMake(string target, string action, Func<string> plan)
    {
        if (!IsWhatIf)
        {
            return ShouldProcess(target, action);
        }

        string description = $"Performing the operation \"{action}\" on target \"{target}\".{Environment.NewLine}{plan().TrimEnd()}";
        return ShouldProcess(description, description, action);
    }

    private bool IsWhatIf => MyInvocation.BoundParameters.TryGetValue("WhatIf", out object? given)
        ? ((SwitchParameter)given).IsPresent
        : Invoke(() => SessionState.PSVariable.GetValue("WhatIfPreference")) is true or SwitchParameter { IsPresent: true };

    /// <summary>Asks a question of its own; <c>-Force</c> is the way around it.</summary>
    /// <param name="query">The question.</param>
    /// <param name="caption">Above the question.</param>
    public new bool ShouldContinue(string query, string caption) => Invoke(() => base.ShouldContinue(query, caption));

    /// <summary>True if the user said beforehand not to be asked: <c>-Confirm:$false</c>, or <c>$ConfirmPreference = 'None'</c>.</summary>
    private protected bool IsConfirmed => MyInvocation.BoundParameters.TryGetValue("Confirm", out object? confirm)
        ? !((SwitchParameter)confirm).IsPresent
        : Invoke(() => SessionState.PSVariable.GetValue("ConfirmPreference")) is ConfirmImpact.None or "None";

    /// <summary>Writes to the pipeline, and returns once what follows has taken it.</summary>
    /// <param name="sendToPipeline">The object.</param>
    public new void WriteObject(object? sendToPipeline) => Invoke(() => base.WriteObject(sendToPipeline));

    /// <summary>Writes an error that doesn't end the cmdlet, unless <c>-ErrorAction</c> says so.</summary>
    /// <param name="errorRecord">The error.</param>
    public new void WriteError(ErrorRecord errorRecord) => Invoke(() => base.WriteError(errorRecord));

    /// <summary>Writes a warning; from any thread. Of many objects of a pipeline, each warning is written once, at the end.</summary>
    /// <param name="text">The warning.</param>
    public new void WriteWarning(string text)
    {
        if (MyInvocation.ExpectingInput)
        {
            _warnings.Add(text);
        }
        else
        {
            Tell(() => base.WriteWarning(text));
        }
    }

    /// <summary>Writes what <c>-Verbose</c> shows; from any thread.</summary>
    /// <param name="text">The text.</param>
    public new void WriteVerbose(string text) => Tell(() => base.WriteVerbose(text));

    /// <summary>Writes what <c>-Debug</c> shows; from any thread.</summary>
    /// <param name="text">The text.</param>
    public new void WriteDebug(string text) => Tell(() => base.WriteDebug(text));

    /// <summary>Shows progress; from any thread.</summary>
    /// <param name="progressRecord">The progress.</param>
    public new void WriteProgress(ProgressRecord progressRecord) => Tell(() => base.WriteProgress(progressRecord));

    /// <summary>Reports a failure that the cmdlet goes on after, with the object it is about.</summary>
    private protected void WriteFailure(Exception exception, object? target) => WriteError(ErrorRecords.FromException(exception, target, _rows.Describe(target)));

    /// <summary>Ends the cmdlet with this error.</summary>
    private protected static TerminatingException Terminate(Exception exception, object? target = null) => new(ErrorRecords.FromException(exception, target));

    /// <summary>A path as the user wrote it, relative to the shell's location, as a path of the file system. Needs not exist.</summary>
    private protected string FilePath(string path) => Invoke(() =>
    {
        string full = SessionState.Path.GetUnresolvedProviderPathFromPSPath(path, out ProviderInfo provider, out _);
        return provider.Name == "FileSystem"
            ? full
            : throw new PSArgumentException($"'{path}' isn't a path of the file system but of the provider {provider.Name}.", nameof(path));
    });

    /// <summary>Does what only the pipeline's thread may do.</summary>
    private protected T Invoke<T>(Func<T> function) =>
        _queue is { } queue ? queue.Invoke(function)
        : _pipelineThread == 0 || _pipelineThread == Environment.CurrentManagedThreadId ? function()
        // PowerShell ended the cmdlet from within a write, and the work hasn't noticed yet: what it writes goes nowhere.
        : throw new OperationCanceledException("The cmdlet has ended.");

    private void Invoke(Action action) => Invoke(() =>
    {
        action();
        return true;
    });

    // Doesn't wait: what is told may come from the agent's threads, which must not hang on a prompt or on a slow terminal.
    private void Tell(Action action) => _queue?.Post(action);
}

/// <summary>Carries an error that ends the cmdlet from awaited code to the pipeline's thread.</summary>
internal sealed class TerminatingException(ErrorRecord errorRecord) : Exception(errorRecord.Exception.Message, errorRecord.Exception)
{
    public ErrorRecord ErrorRecord { get; } = errorRecord;
}
