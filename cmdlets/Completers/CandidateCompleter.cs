using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using Onboarding.Fleet.Completion;

namespace Onboarding.Cmdlets;

/// <summary>Completes names that the cluster or the kubeconfig knows; silent where they can't be had.</summary>
public abstract class CandidateCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        string word = (wordToComplete ?? "").Trim('\'', '"');
        WildcardPattern pattern = new($"{WildcardPattern.Escape(word)}*", WildcardOptions.IgnoreCase);
        return
        [
            .. Find(new CandidateQuery(Text("Context"), Text("KubeConfig"), Text("Namespace")))
                .Where(pattern.IsMatch)
                .Order(StringComparer.Ordinal)
                .Select(name => new CompletionResult(Quoted(name), name, CompletionResultType.ParameterValue, name)),
        ];

        string? Text(string parameter) => fakeBoundParameters?[parameter]?.ToString();
    }

    private protected abstract IReadOnlyList<string> Find(CandidateQuery query);

    // Context names hold anything; AWS's ARNs and spaces are common.
    private static string Quoted(string name) =>
        name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or '/') ? name : $"'{name.Replace("'", "''", StringComparison.Ordinal)}'";
}
