using System.Management.Automation;
using Onboarding.Cmdlets.Loading;
using Onboarding.Fleet.Policies;

namespace Onboarding.Cmdlets;

/// <summary>Says whether a workload may join a group, why, and what is missing if not. Changes nothing.</summary>
[Cmdlet(VerbsDiagnostic.Test, "WorkloadGroupPolicy", DefaultParameterSetName = ByIdentity, HelpUri = HelpLink.Root + "Test-WorkloadGroupPolicy")]
[OutputType(typeof(PolicyDecision), typeof(PolicyChange), typeof(string), typeof(bool))]
public sealed partial class TestWorkloadGroupPolicyCommand : FleetCmdlet
{
    private const string ByIdentity = "Identity";
    private const string ByObject = "InputObject";
    private PolicyFile? _file;
    private string? _namespaceInFile;
    private PolicyJudge? _judge;
    private string? _judgedNamespace;

    /// <summary>An identity: that of a workload or of a refused attempt, a hashtable, JSON, or the path of a JSON file.</summary>
    [Parameter(ParameterSetName = ByIdentity, Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNull]
    public object? Identity { get; set; }

    /// <summary>A workload that joined.</summary>
    [Parameter(ParameterSetName = ByObject, Mandatory = true, ValueFromPipeline = true)]
    [ValidateNotNull]
    public MeshWorkload? InputObject { get; set; }

    /// <summary>The group; that of the workload by default.</summary>
    [Parameter(ParameterSetName = ByIdentity, Mandatory = true, ValueFromPipelineByPropertyName = true)]
    [Parameter(ParameterSetName = ByObject)]
    [Alias("Group")]
    [ArgumentCompleter(typeof(WorkloadGroupCompleter))]
    [ValidateNotNullOrEmpty]
    public string? WorkloadGroup { get; set; }

    /// <summary>File with policies that aren't applied yet. If it holds the WorkloadGroup, too, no cluster is asked.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Path { get; set; }

    /// <summary>Write true or false, for <c>if</c>.</summary>
    [Parameter]
    public SwitchParameter Quiet { get; set; }

    private protected override bool NeedsCluster => _namespaceInFile is null;

    private protected override object? Target => ParameterSetName == ByHistory ? Path : InputObject is not null ? InputObject : Identity;

    private protected override async Task BeginAsync(CancellationToken cancellationToken)
    {
        if (Path is not null)
        {
            _file = await PolicyFile.ReadAsync(FilePath(Path), cancellationToken);
            // What comes down the pipeline isn't known yet, and may be of any namespace.
            _namespaceInFile = Identity is not null && WorkloadGroup is not null ? _file.NamespaceOf(WorkloadGroup, Namespace) : null;
        }

        await base.BeginAsync(cancellationToken);
    }

    private protected override Task ProcessAsync(CancellationToken cancellationToken) =>
        ParameterSetName == ByHistory ? ReplayAsync(cancellationToken) : DecideAsync(cancellationToken);

    private async Task DecideAsync(CancellationToken cancellationToken)
    {
        // What binds to -Identity by value may be a workload as a whole.
        MeshWorkload? joined = InputObject ?? (Identity is PSObject { BaseObject: MeshWorkload bound } ? bound : Identity as MeshWorkload);
        string ns = joined?.Namespace ?? _namespaceInFile ?? NamespaceInForce;
        PolicyJudge judge = await JudgeAsync(ns, cancellationToken);
        Decision decision = joined is { } workload ? judge.Ask(workload.Member, WorkloadGroup) : judge.Ask(ReadIdentity(), ns, WorkloadGroup!);
        WriteObject(Quiet ? (object)decision.Admitted : new PolicyDecision(decision));
    }

    // A fleet piped in asks the cluster once for each namespace, not once for each member.
    private async Task<PolicyJudge> JudgeAsync(string ns, CancellationToken cancellationToken)
    {
        if (_judge is null || _judgedNamespace != ns)
        {
            PolicyFile? drafts = _file?.In(ns);
            _judge = NeedsCluster
                ? await new PolicyJudges(Session.Kubernetes, TimeProvider.System).OverAsync(
                    ns,
                    policies => (drafts?.Policies ?? []).Aggregate(policies, (all, draft) => PolicyJudges.With(all, draft)),
                    cancellationToken)
                : new PolicyJudge(drafts!.Policies, drafts.Groups, [], TimeProvider.System.GetUtcNow());
            _judgedNamespace = ns;
        }

        return _judge;
    }

    private Api.Identity.WorkloadIdentity ReadIdentity()
    {
        // An object of ConvertFrom-Json has its properties in the wrapper, a text is what is wrapped.
        object identity = IdentityInput.PartOf(Identity!);
        object given = identity is PSObject wrapped ? wrapped.BaseObject : identity;
        return PolicyJudge.ReadIdentity(given is string text ? IdentityInput.OfText(text, FilePath) : IdentityInput.Parse(identity));
    }
}
