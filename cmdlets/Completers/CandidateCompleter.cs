using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using Onboarding.Fleet.Completion;
using Onboarding.Laptop.Planes;

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

/// <summary>Completes the policies of the namespace.</summary>
public sealed class PolicyCompleter : CandidateCompleter
{
    private protected override IReadOnlyList<string> Find(CandidateQuery query) => Candidates.Policies(query);
}

/// <summary>Completes the namespaces of the cluster.</summary>
public sealed class NamespaceCompleter : CandidateCompleter
{
    private protected override IReadOnlyList<string> Find(CandidateQuery query) => Candidates.Namespaces(query);
}

/// <summary>Completes the registered workloads of the namespace.</summary>
public sealed class WorkloadCompleter : CandidateCompleter
{
    private protected override IReadOnlyList<string> Find(CandidateQuery query) => Candidates.Workloads(query);
}

/// <summary>Completes the planes that this process started.</summary>
public sealed class PlaneCompleter : CandidateCompleter
{
    private protected override IReadOnlyList<string> Find(CandidateQuery query) => [.. EmbeddedPlanes.All.Select(p => p.Name)];
}

/// <summary>Completes the WorkloadGroups of the namespace.</summary>
public sealed class WorkloadGroupCompleter : CandidateCompleter
{
    private protected override IReadOnlyList<string> Find(CandidateQuery query) => Candidates.WorkloadGroups(query);
}

/// <summary>Completes the join tokens of the namespace.</summary>
public sealed class JoinTokenCompleter : CandidateCompleter
{
    private protected override IReadOnlyList<string> Find(CandidateQuery query) => Candidates.JoinTokens(query);
}

/// <summary>Completes the ids of refusals that the cluster knows.</summary>
public sealed class CorrelationIdCompleter : CandidateCompleter
{
    private protected override IReadOnlyList<string> Find(CandidateQuery query) => Candidates.CorrelationIds(query);
}

/// <summary>Completes the contexts of the kubeconfig.</summary>
public sealed class ContextCompleter : CandidateCompleter
{
    private protected override IReadOnlyList<string> Find(CandidateQuery query) => Candidates.Contexts(query.KubeConfig);
}
