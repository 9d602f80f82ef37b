using System.Management.Automation;
using Onboarding.Client.Logging;
using Onboarding.Cmdlets.Pipeline;
using Onboarding.Fleet.Contexts;

namespace Onboarding.Cmdlets;

/// <summary>A cmdlet that works on a cluster: any machine with a kubeconfig, any operating system.</summary>
public abstract class FleetCmdlet : AsyncCmdlet
{
    private FleetSession? _session;

    /// <summary>Namespace; that of the context if not given.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(NamespaceCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Namespace { get; set; }

    /// <summary>Context instead of the connected one.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(ContextCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Context { get; set; }

    /// <summary>Kubeconfig instead of the usual one.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? KubeConfig { get; set; }

    /// <summary>Seconds a request to the cluster may take.</summary>
    [Parameter]
    [ValidateRange(1, 3600)]
    public int TimeoutSec { get; set; } = 30;

    /// <summary>The cluster of this call.</summary>
    private protected FleetSession Session => _session ?? throw new InvalidOperationException("The cluster is opened when the cmdlet begins.");

    /// <summary>The namespace of the object at hand.</summary>
    private protected string NamespaceInForce => Namespace ?? Session.Namespace;

    /// <summary>False where this call needs no cluster, e.g. with <c>-AsYaml</c>.</summary>
    private protected virtual bool NeedsCluster => true;

    private protected override Task BeginAsync(CancellationToken cancellationToken)
    {
        if (NeedsCluster)
        {
            // Namespace isn't passed: it may come with each object of the pipeline.
            ClusterContext context = ContextFinder.Find(Context, KubeConfig is null ? null : FilePath(KubeConfig), ns: null);
            _session = FleetSession.Open(context, TimeSpan.FromSeconds(TimeoutSec), Log);
        }

        return Task.CompletedTask;
    }

    /// <summary>What a name with wildcards matches; null for any.</summary>
    private protected static Func<string, bool>? Matcher(string? name) => name is null ? null : new WildcardPattern(name, WildcardOptions.IgnoreCase).IsMatch;

    /// <summary>True for a name that must be there.</summary>
    private protected static bool IsExact(string? name) => name is not null && !WildcardPattern.ContainsWildcardCharacters(name);

    /// <summary>Nothing was found: says so under <c>-Verbose</c>, and warns of a namespace that isn't there, which is a typing error.</summary>
    /// <param name="what">What was looked for, e.g. <c>workloads</c>.</param>
    /// <param name="ns">Where; null for all namespaces.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    /// <returns>True if the namespace isn't there.</returns>
    private protected async Task<bool> TellNothingAsync(string what, string? ns, CancellationToken cancellationToken)
    {
        string context = Session.Context.Name;
        WriteVerbose($"No {what} found in {(ns is null ? "any namespace" : $"namespace {ns}")} (context {context}).");
        if (ns is null || await Session.HasNamespaceAsync(ns, cancellationToken) != false)
        {
            return false;
        }

        WriteWarning($"There is no namespace '{ns}' in context {context}. Next: kubectl --context {context} get namespaces, or another context: Get-OnboardingContext -ListAvailable");
        return true;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _session?.Dispose();
        }

        base.Dispose(disposing);
    }

    private void Log(LogSeverity severity, string text)
    {
        switch (severity)
        {
            case LogSeverity.Warning:
                WriteWarning(text);
                break;
            case LogSeverity.Verbose:
                WriteVerbose(text);
                break;
            default:
                WriteDebug(text);
                break;
        }
    }
}
