using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using Onboarding.Client.Local;

namespace Onboarding.Cmdlets;

/// <summary>Completes words that are known without asking anybody.</summary>
public abstract class WordCompleter : IArgumentCompleter
{
    private protected abstract IReadOnlyList<string> Words { get; }

    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        string word = (wordToComplete ?? "").Trim('\'', '"');
        return Words.Where(w => w.StartsWith(word, StringComparison.OrdinalIgnoreCase)).Select(w =>
            new CompletionResult(w.Contains(' ', StringComparison.Ordinal) ? $"'{w}'" : w, w, CompletionResultType.ParameterValue, w));
    }
}

/// <summary>Completes the names of checks.</summary>
public sealed class CheckNameCompleter : WordCompleter
{
    private protected override IReadOnlyList<string> Words => MachineChecks.Names;
}

/// <summary>Completes the categories of checks.</summary>
public sealed class CheckCategoryCompleter : WordCompleter
{
    private protected override IReadOnlyList<string> Words => MachineChecks.Categories;
}
