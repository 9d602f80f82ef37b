using System.Globalization;
using System.Management.Automation;
using Onboarding.Client.Local;
using Onboarding.Cmdlets.Pipeline;

namespace Onboarding.Cmdlets;

/// <summary>A cmdlet about the machine it runs on: Linux, and no cluster.</summary>
public abstract class MachineCmdlet : AsyncCmdlet
{
    /// <summary>State directory of the session; found by itself where there is only one.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public string? StateDirectory { get; set; }

    /// <summary>Seconds to wait at most.</summary>
    [Parameter]
    [ValidateRange(1, 86400)]
    public int TimeoutSec { get; set; } = 120;

    /// <summary>The state directory as a path of the file system; null if none was given.</summary>
    private protected string? StateDirectoryPath => PathOrNull(StateDirectory);

    /// <summary>A path as the user wrote it; null for none, and for an empty cell of a table.</summary>
    private protected string? PathOrNull(string? path) => string.IsNullOrEmpty(path) ? null : FilePath(path);

    /// <summary>Waits no longer than allowed.</summary>
    private protected async Task<T> InTimeAsync<T>(Func<CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(TimeoutSec));
        try
        {
            return await work(patience.Token);
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"It took longer than {TimeoutSec} s.");
        }
    }
}

/// <summary>A step as <c>-Verbose</c> shows it.</summary>
internal static class StepText
{
    public static string Format(MachineStep step) =>
        string.Create(CultureInfo.InvariantCulture, $"[{step.Elapsed.TotalMilliseconds,4:0} ms] {step.Message}");
}
