using System.Collections;
using System.Management.Automation;
using System.Text.Json.Nodes;
using Onboarding.Cmdlets.Loading;
using Onboarding.Fleet.Installation;

namespace Onboarding.Cmdlets;

/// <summary>Installs operator and endpoint into a cluster, or brings them up to date.</summary>
[Cmdlet(VerbsLifecycle.Install, "OnboardingPlane", SupportsShouldProcess = true, DefaultParameterSetName = ByHost, HelpUri = HelpLink.Root + "Install-OnboardingPlane")]
[OutputType(typeof(OnboardingInstallation))]
public sealed class InstallOnboardingPlaneCommand : FleetCmdlet
{
    private const string ByHost = "Host";
    private const string ByPath = "Path";
    private const string DefaultNamespace = "istio-system";
    private const string Activity = "Install the onboarding plane";

    /// <summary>Names that agents dial, which the certificate has. Without it the operator is installed alone.</summary>
    [Parameter(ParameterSetName = ByHost, Position = 0)]
    [ValidateNotNullOrEmpty]
    public string[] EndpointHost { get; set; } = [];

    /// <summary>Secret with the certificate, of type <c>kubernetes.io/tls</c>.</summary>
    [Parameter(ParameterSetName = ByHost)]
    [ValidateNotNullOrEmpty]
    public string SecretName { get; set; } = "join-tls";

    /// <summary>File with the OnboardingPlane, YAML or JSON.</summary>
    [Parameter(ParameterSetName = ByPath, Mandatory = true, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string Path { get; set; } = "";

    /// <summary>Registry and path of the images, e.g. <c>registry.example/mesh</c>.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Hub { get; set; }

    /// <summary>Tag of the images; that of this version by default.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Tag { get; set; }

    /// <summary>Namespaces that workloads are onboarded to, each with the service accounts of its WorkloadGroups.</summary>
    [Parameter]
    [ValidateNotNull]
    public Hashtable OnboardedNamespace { get; set; } = [];

    /// <summary>Seconds to wait until it is ready; 0 not to wait.</summary>
    [Parameter]
    [ValidateRange(0, 3600)]
    public int WaitSec { get; set; } = 300;

    private protected override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        InstallOptions options = await OptionsAsync(cancellationToken);
        IReadOnlyList<string> plan = PlaneInstallation.Plan(options);
        string target = $"{plan.Count} objects, namespace {options.Namespace} (context {Session.Context.Name})";
        if (!ShouldMake(target, "Apply", () => string.Join(Environment.NewLine, plan)))
        {
            return;
        }

        var installation = new PlaneInstallation(Session.Kubernetes, TimeProvider.System);
        foreach (string lacking in await installation.ApplyAsync(options, (what, percent) => Show($"apply {what}", percent), cancellationToken))
        {
            WriteWarning(lacking);
        }

        InstallState state = await installation.WaitAsync(options, TimeSpan.FromSeconds(WaitSec), waiting => Show(waiting, -1), cancellationToken);
        WriteProgress(new ProgressRecord(0, Activity, "done") { RecordType = ProgressRecordType.Completed });
        if (!state.IsReady && WaitSec > 0)
        {
            WriteWarning($"not ready after {WaitSec} s: {state.Waiting}");
        }
        else if (state.IsReady && options.Plane is not null && state.Address is null)
        {
            WriteWarning($"no load balancer has given the endpoint an address. Next: kubectl -n {options.Namespace} get service onboarding-plane");
        }

        WriteObject(new OnboardingInstallation(options.Namespace, plan.Count, state));
    }

    private async Task<InstallOptions> OptionsAsync(CancellationToken cancellationToken)
    {
        // The namespace of a context is that of the workloads one works on; the plane's is Istio's.
        string ns = Namespace ?? DefaultNamespace;
        JsonObject? plane = Path.Length > 0 ? await PlaneFile.ReadAsync(FilePath(Path), ns, cancellationToken)
            : EndpointHost.Length > 0 ? PlaneFile.Create(EndpointHost, SecretName, ns)
            : null;
        return new InstallOptions
        {
            Namespace = ns,
            Hub = Hub,
            Tag = Tag,
            Plane = plane,
            OnboardedNamespaces = OnboardedNamespace.Cast<DictionaryEntry>().ToDictionary(
                pair => $"{pair.Key}", pair => (IReadOnlyList<string>)LanguagePrimitives.ConvertTo<string[]>(pair.Value)),
        };
    }

    private void Show(string status, int percent) =>
        WriteProgress(new ProgressRecord(0, Activity, status.Length == 0 ? "wait" : status) { PercentComplete = percent });
}
