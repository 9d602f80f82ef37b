using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using Onboarding.Client.Local;

namespace Onboarding.Cmdlets;

/// <summary>Completes the registrations of this machine; silent where there are none.</summary>
public sealed class SessionCompleter : IArgumentCompleter
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        string word = (wordToComplete ?? "").Trim('\'', '"');
        return
        [
            .. Names(fakeBoundParameters?["StateDirectory"]?.ToString())
                .Where(name => name.StartsWith(word, StringComparison.OrdinalIgnoreCase))
                .Distinct(StringComparer.Ordinal)
                .Order(StringComparer.Ordinal)
                .Select(name => new CompletionResult(name, name, CompletionResultType.ParameterValue, name)),
        ];
    }

    private static string[] Names(string? stateDirectory)
    {
        using var patience = new CancellationTokenSource(Patience);
        Task<string[]> names = Task.Run(() => FindAsync(stateDirectory, patience.Token));
        // What Tab can't find in time, or at all, it doesn't offer; a prompt is no place for errors.
        return Task.WhenAny(names, Task.Delay(Patience)).GetAwaiter().GetResult() == names && names.IsCompletedSuccessfully ? names.Result : [];
    }

    private static async Task<string[]> FindAsync(string? stateDirectory, CancellationToken cancellationToken)
    {
        List<string> names = [];
        foreach (LocalMachine machine in await LocalMachine.FindAllAsync(stateDirectory, null, cancellationToken))
        {
            await using (machine)
            {
                MachineStatus status = await machine.GetStatusAsync(cancellationToken);
                names.Add(status.Registration.Length == 0 ? status.WorkloadGroup : status.Registration);
            }
        }

        return [.. names];
    }
}
