using System.Collections.Concurrent;
using Onboarding.Api;
using Onboarding.Api.Istio;
using Onboarding.Api.Registration;
using Onboarding.Api.Runtime;
using Onboarding.BootConfiguration;
using Onboarding.Endpoint.Admissions;
using Onboarding.Kubernetes;
using Onboarding.Plane.Cluster;
using Onboarding.Plane.Members;
using Onboarding.Plane.Refusals;

namespace Onboarding.Endpoint.BootConfiguration;

/// <summary>
/// Makes the boot configuration of a member from its registration, its group and what Istio says: what istioctl would make, and
/// what that leaves out for the machine to get wrong.
/// </summary>
internal sealed partial class BootConfigurationSource(
    IstioTokens tokens,
    ClusterState cluster,
    MeshSettings mesh,
    GatewayAddresses gateway,
    GroupSnapshots snapshots,
    Networks networks,
    AddressRules addresses,
    ILogger<BootConfigurationSource> logger)
{
    /// <summary>Istio's newer name of a workload's locality.</summary>
    private const string TopologyLocality = "topology.istio.io/locality";

    // Of each group what was told of it last: these files are made again for every member at every change.
    private readonly ConcurrentDictionary<string, string> _leftOut = new(StringComparer.Ordinal);

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    private readonly BootTemplates _templates = new();

    /// <summary>Makes the files as they should be now. Reads informers only.</summary>
    /// <exception cref="RefusedException">Something they are made of is missing or malformed.</exception>
    public BootContent Make(WorkloadAutoRegistration member)
    {
        string ns = member.Metadata.Namespace!;
        WorkloadGroup group = GroupOf(member);
        string? asked = RevisionOf(member);
        string revision = mesh.Revision(asked);
        YamlText meshConfig = mesh.MeshConfig(asked)
            ?? throw Missing($"there is no mesh configuration of control-plane revision '{asked ?? "default"}' in namespace {mesh.Namespace}");
        string root = mesh.RootCertificate(ns)
            ?? throw Missing($"namespace {ns} has no ConfigMap {MeshState.RootCertificateName} yet");
        GatewayRoute route = Route();
        string address = AddressChoice.Choose(member.Spec!.Registration, addresses.AllowLoopback);
        bool isExternal = member.Spec.Registration.Settings is { ConnectedOver: AddressType.Internet };
        try
        {
            var sources = new BootSources(group, meshConfig, mesh.ClusterId(asked), revision, mesh.Namespace, networks.ForGroup(group), route);
            BootConfigurationFiles files = _templates.Make(
                sources, group, member.Metadata.Name, address, isExternal, (name, at) => Generate(sources, name, isExternal ? "" : at, isExternal ? at : ""));
            TellLeftOut($"{ns}/{group.Metadata.Name}", string.Join(", ", files.SkippedVariables));
            return new BootContent
            {
                ClusterEnv = files.ClusterEnv,
                MeshYaml = files.MeshYaml,
                RootCertificate = root,
                Live = new LiveContent(files.Hosts, AccountOf(group, asked)) { RevocationLists = ListsOf(ns) },
            };
        }
        catch (BootConfigurationException e)
        {
            throw Missing(e.Message);
        }
    }

    /// <summary>Makes the files of one member.</summary>
    internal static BootConfigurationFiles Generate(BootSources sources, string name, string internalIP, string externalIP) =>
        BootConfigurationGenerator.Generate(new BootConfigurationInputs
        {
            WorkloadGroup = WorkloadGroupSource.FromApiServer(GroupTemplate.WithAccount(sources.Group).ToJson()),
            MeshConfig = sources.MeshConfig,
            ClusterId = sources.ClusterId,
            Revision = sources.Revision,
            IstioNamespace = sources.IstioNamespace,
            InternalIP = internalIP,
            ExternalIP = externalIP,
            IngressIP = sources.Route.Addresses[0],
            MoreIngressIPs = [.. sources.Route.Addresses.Skip(1)],
            GatewayPort = sources.Route.Port,
            MeshDecidesDnsCapture = true,
            DefaultLabels = LocalityLabel(sources.Group),
            DefaultVariables = new Dictionary<string, string>
            {
                // Istio's start script makes CA_ADDR of the namespace it assumes; neither is in what istioctl writes.
                ["ISTIO_SYSTEM_NAMESPACE"] = sources.IstioNamespace,
                ["CA_ADDR"] = $"{IstiodAddress.Host(sources.IstioNamespace, sources.Revision)}:{IstiodAddress.Port}",
            },
            ExtraMetadata = new Dictionary<string, string>
            {
                [BootTemplates.NameVariable] = name,
                ["ISTIO_META_NETWORK"] = sources.Network,
            },
        });

    private void TellLeftOut(string group, string names)
    {
        if (names.Length == 0 ? !_leftOut.TryRemove(group, out _) : _leftOut.GetValueOrDefault(group) == names)
        {
            return;
        }

        if (names.Length > 0)
        {
            _leftOut[group] = names;
            LogLeftOut(logger, group, names);
        }
    }

    [LoggerMessage(4104, LogLevel.Warning, "cluster.env of group {Group} goes without these names of proxyMetadata, which a machine's root shell would run or be steered by: {Names}.")]
    private static partial void LogLeftOut(ILogger logger, string group, string names);

    /// <summary>The live part as it should be now, for the core that the member has: its hosts, and the account it runs as.</summary>
    /// <exception cref="RefusedException">There is no way to istiod, or the group is gone.</exception>
    public LiveContent LiveOf(WorkloadAutoRegistration member)
    {
        string host = IstiodAddress.Host(mesh.Namespace, mesh.Revision(RevisionOf(member)));
        return new LiveContent(string.Concat(Route().Addresses.Select(a => $"{a} {host}\n")), AccountOf(member)) { RevocationLists = ListsOf(member.Metadata.Namespace!) };
    }

    /// <summary>Who the member's sidecar is as it runs now.</summary>
    /// <exception cref="RefusedException">The group is gone.</exception>
    public MeshAccount AccountOf(WorkloadAutoRegistration member) =>
        AccountOf(snapshots.ForRegistration(member, GroupOf(member)), RevisionOf(member));

    /// <summary>The member's group as it is now.</summary>
    /// <exception cref="RefusedException">It is gone.</exception>
    public WorkloadGroup GroupOf(WorkloadAutoRegistration member)
    {
        string ns = member.Metadata.Namespace!;
        string? name = member.GroupName;
        return (name is null ? null : cluster.Groups.Get(ns, name)) ?? throw Missing($"WorkloadGroup {ns}/{name} is gone");
    }

    /// <summary>What is wrong with the network the member is in; null if nothing is.</summary>
    public NetworkProblem? NetworkProblemOf(WorkloadAutoRegistration member) => networks.Check(GroupOf(member));

    /// <summary>An istio-token, for a member that was just decided about.</summary>
    /// <param name="admission">The decision. It isn't looked at: to have one is what it takes.</param>
    /// <param name="account">The account.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task<ServiceAccountToken> CreateTokenAsync(Admission admission, MeshAccount account, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(admission);
        try
        {
            return await tokens.GetAsync(account, cancellationToken);
        }
        catch (KubernetesException e) when (e.IsNotFound)
        {
            throw Missing($"there is no service account {account.Namespace}/{account.Name}, which the WorkloadGroup names");
        }
    }

    // istiod takes the locality from the sidecar, and without this label the sidecar reports an empty one, which replaces the
    // template's (istio/istio#37485).
    private static Dictionary<string, string> LocalityLabel(WorkloadGroup group)
    {
        IReadOnlyDictionary<string, string> labels = GroupTemplate.LabelsOf(group);
        return group.Spec.Template.Locality is { Length: > 0 } locality
            && !labels.ContainsKey(WellKnownLabels.Locality)
            && !labels.ContainsKey(TopologyLocality)
                ? new Dictionary<string, string> { [WellKnownLabels.Locality] = locality.Replace('/', '.') }
                : [];
    }

    private static string? RevisionOf(WorkloadAutoRegistration member) => member.Spec!.Registration.Sidecar.Istio?.Revision;

    private MeshAccount AccountOf(WorkloadGroup group, string? revision) => new(
        group.Metadata.Namespace!, GroupTemplate.AccountOf(group), GroupTemplate.SpiffeIdOf(group, mesh.TrustDomain(revision)));

    // Neither without lists, which would let revoked certificates in, nor with some that a proxy refuses: members keep what they have.
    private string ListsOf(string ns) => mesh.RevocationLists(ns) ?? throw Missing(
        $"ConfigMap {MeshState.RevocationListsName} of namespace {ns} holds no revocation lists in PEM that can be read; look at key ca-crl.pem of Secret cacerts in namespace {mesh.Namespace}");

    /// <summary>What is wrong with the way to istiod, though it works today; null if nothing is.</summary>
    public string? GatewayProblem() => gateway.Find().Route is { IsOfExternalAddresses: true } route
        ? $"This machine reaches istiod by externalIPs ({string.Join(", ", route.Addresses)}), which Kubernetes 1.36 deprecated and 1.40 may switch off. Next: give the gateway's Service an address of a load balancer: kubectl -n {mesh.Namespace} get service"
        : null;

    private GatewayRoute Route()
    {
        (GatewayRoute? route, string problem) = gateway.Find();
        return route ?? throw Missing(problem);
    }

    private static RefusedException Missing(string what) =>
        Refuse.Unavailable(Reasons.BootConfigurationUnavailable, $"The boot configuration can't be made: {what.TrimEnd('.')}.", Pause);
}
