using System.Management.Automation;
using Onboarding.Api.Policies;
using Onboarding.Cmdlets.Loading;
using Onboarding.Fleet.Contexts;
using Onboarding.Fleet.Policies;

namespace Onboarding.Cmdlets;

/// <summary>Creates or replaces policies, so that a pipeline can run it again and again.</summary>
[Cmdlet(VerbsCommon.Set, "WorkloadGroupPolicy", SupportsShouldProcess = true, HelpUri = HelpLink.Root + "Set-WorkloadGroupPolicy")]
[OutputType(typeof(WorkloadGroupPolicy))]
public sealed class SetWorkloadGroupPolicyCommand : FleetCmdlet
{
    private const string ByPath = "Path";
    private const string ByObject = "InputObject";

    /// <summary>File with the policies, YAML or JSON.</summary>
    [Parameter(ParameterSetName = ByPath, Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [Alias("FullName")]
    [ValidateNotNullOrEmpty]
    public string Path { get; set; } = "";

    /// <summary>What <c>Get-WorkloadGroupPolicy</c> wrote, perhaps of another cluster, or <c>New-WorkloadGroupPolicy -AsYaml</c>.</summary>
    [Parameter(ParameterSetName = ByObject, Mandatory = true, ValueFromPipeline = true)]
    [PolicyFromText]
    [ValidateNotNull]
    public WorkloadGroupPolicy? InputObject { get; set; }

    /// <summary>Who sets the fields, for others to see.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string FieldManager { get; set; } = FleetSession.FieldManager;

    /// <summary>Take over fields that others own; and don't ask where members lose admission.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    private protected override object? Target => InputObject is not null ? InputObject : Path;

    private protected override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        foreach (OnboardingPolicy given in await PoliciesAsync(cancellationToken))
        {
            string ns = given.Metadata.Namespace ?? NamespaceInForce;
            string name = given.Metadata.Name;
            OnboardingPolicy policy = given with { Metadata = given.Metadata with { Namespace = ns } };
            if (ShouldProcess(Session.Describe(ns, name), "Apply policy") && await MayNarrowAsync(ns, policy, cancellationToken))
            {
                PolicyView applied = await new PolicyStore(Session.Kubernetes, TimeProvider.System)
                    .ApplyAsync(policy, FieldManager, Force, cancellationToken);
                WriteObject(new WorkloadGroupPolicy(applied));
            }
        }
    }

    private async Task<IReadOnlyList<OnboardingPolicy>> PoliciesAsync(CancellationToken cancellationToken) => InputObject is { } given
        ? [Namespace is null ? given.Policy : given.Policy with { Metadata = given.Policy.Metadata with { Namespace = Namespace } }]
        : (await PolicyFile.ReadAsync(FilePath(Path), cancellationToken)).Policies;

    // Widening a policy harms no one who is there; narrowing one takes workloads out of the mesh, and is asked about.
    private async Task<bool> MayNarrowAsync(string ns, OnboardingPolicy policy, CancellationToken cancellationToken)
    {
        if (Force || IsConfirmed)
        {
            return true;
        }

        IReadOnlyList<string> losers = await new PolicyJudges(Session.Kubernetes, TimeProvider.System)
            .LosersAsync(ns, policies => PolicyJudges.With(policies, policy), cancellationToken);
        return losers.Count == 0 || ShouldContinue(
            $"{losers.Count} {(losers.Count == 1 ? "member loses" : "members lose")} admission: {string.Join(", ", losers.Take(5))}{(losers.Count > 5 ? ", …" : "")}. Apply '{Session.Describe(ns, policy.Metadata.Name)}'?",
            "The policy narrows");
    }
}
