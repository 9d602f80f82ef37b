using System.Management.Automation;
using Onboarding.Client.Errors;
using Onboarding.Cmdlets.Loading;
using Onboarding.Fleet.Workloads;

namespace Onboarding.Cmdlets;

/// <summary>Lists the workloads that joined.</summary>
[Cmdlet(VerbsCommon.Get, "MeshWorkload", HelpUri = HelpLink.Root + "Get-MeshWorkload")]
[OutputType(typeof(MeshWorkload))]
public sealed class GetMeshWorkloadCommand : FleetCmdlet
{
    private readonly List<MemberQuery> _watched = [];

    /// <summary>Name of the registration; wildcards allowed.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(WorkloadCompleter))]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string? Name { get; set; }

    /// <summary>Only of this WorkloadGroup.</summary>
    [Parameter]
    [Alias("Group")]
    [ArgumentCompleter(typeof(WorkloadGroupCompleter))]
    [ValidateNotNullOrEmpty]
    public string? WorkloadGroup { get; set; }

    /// <summary>Label selector, as kubectl takes it: <c>app=ratings,version!=v1</c>.</summary>
    [Parameter]
    [Alias("l")]
    [ValidateNotNullOrEmpty]
    public string[]? Selector { get; set; }

    /// <summary>Only in this phase.</summary>
    [Parameter]
    [ValidateSet("Registered", "Connected", "Lost")]
    public string? Phase { get; set; }

    /// <summary>Only proved by this platform.</summary>
    [Parameter]
    [ValidateSet("aws", "azure", "gcp", "joinToken", "jwt", "kubernetes", "spiffe", "x509")]
    public string? Platform { get; set; }

    /// <summary>Only those whose agent isn't connected.</summary>
    [Parameter]
    public SwitchParameter Stale { get; set; }

    /// <summary>Of all namespaces.</summary>
    [Parameter]
    [Alias("A")]
    public SwitchParameter AllNamespaces { get; set; }

    /// <summary>Follow them until Ctrl+C: each workload as it is, and again when it changes or is gone.</summary>
    [Parameter]
    [Alias("w")]
    public SwitchParameter Watch { get; set; }

    private protected override object? Target => Name;

    private protected override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        WildcardPattern? pattern = Name is null ? null : new WildcardPattern(Name, WildcardOptions.IgnoreCase);
        var query = new MemberQuery
        {
            Namespace = AllNamespaces ? null : NamespaceInForce,
            Name = pattern is null ? null : pattern.IsMatch,
            Group = WorkloadGroup,
            // An unquoted comma makes a list of it, and means the same.
            Selector = Selector is null ? null : string.Join(',', Selector),
            Phase = Phase,
            Platform = Platform,
            Stale = Stale,
        };
        if (Watch)
        {
            // All names of the pipeline together, at the end: the first would otherwise be followed for ever, and the others never.
            _watched.Add(query);
            return;
        }

        IReadOnlyList<Member> members = await new Members(Session.Kubernetes, TimeProvider.System).ListAsync(query, cancellationToken);
        foreach (Member member in members)
        {
            WriteObject(new MeshWorkload(member));
        }

        if (members.Count == 0 && !await TellNothingAsync("workloads", AllNamespaces ? null : NamespaceInForce, cancellationToken) && IsExact(Name))
        {
            WriteFailure(NotFound(Name!, AllNamespaces ? "any namespace" : $"namespace {NamespaceInForce}"), Name);
        }
    }

    private protected override async Task EndAsync(CancellationToken cancellationToken)
    {
        if (_watched.Count == 0)
        {
            return;
        }

        await foreach (Member member in new MemberWatch(Session.Kubernetes, TimeProvider.System).RunAsync(_watched, cancellationToken))
        {
            WriteObject(new MeshWorkload(member));
        }
    }

    internal static OnboardingException NotFound(string name, string where) => new(
        ModuleErrorIds.MeshWorkloadNotFound,
        $"There is no registered workload '{name}' in {where}.",
        "list those there are: Get-MeshWorkload -AllNamespaces; one that was refused isn't registered: Get-OnboardingStatus -All");
}
