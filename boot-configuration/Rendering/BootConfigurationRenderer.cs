using Onboarding.Kubernetes;

namespace Onboarding.BootConfiguration.Rendering;

/// <summary>
/// Does what <c>istioctl x workload entry configure</c> does: files for a machine's sidecar, from a WorkloadGroup and a mesh
/// configuration in files or in a cluster. Everything is looked up before anything is written.
/// </summary>
public static class BootConfigurationRenderer
{
    private const long FewestTokenSeconds = 1;

    /// <summary>Renders the files.</summary>
    /// <param name="options">What, and where to.</param>
    /// <param name="cancellationToken">Stops it; then nothing is written.</param>
    /// <exception cref="RenderException">It can't be done; nothing was written.</exception>
    public static async Task<RenderResult> RenderAsync(RenderOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        Check(options);
        if (!options.UsesCluster)
        {
            return await RenderAsync(options, cluster: null, cancellationToken);
        }

        if (options.Client is { } given)
        {
            return await RenderAsync(options, new ClusterLookups(given, options.IstioNamespace), cancellationToken);
        }

        using KubernetesClient client = Connect(options);
        return await RenderAsync(options, new ClusterLookups(client, options.IstioNamespace), cancellationToken);
    }

    // istioctl's order.
    private static void Check(RenderOptions options)
    {
        if (options.WorkloadGroupFile.Length == 0 && (options.Name.Length == 0 || options.Namespace.Length == 0))
        {
            throw Usage(
                RenderErrorIds.WorkloadGroupRequired,
                "expecting a WorkloadGroup artifact file or the name and namespace of an existing WorkloadGroup",
                "add --workload-group FILE, or --name NAME --namespace NAMESPACE");
        }

        if (options.OutputDirectory.Length == 0)
        {
            throw Usage(RenderErrorIds.OutputRequired, "expecting an output directory", "add --output DIRECTORY");
        }

        if (options.InternalIP.Length > 0 && options.ExternalIP.Length > 0)
        {
            throw Usage(
                RenderErrorIds.AddressesExclusive,
                "the flags --internal-ip and --external-ip are mutually exclusive",
                "keep --internal-ip for a workload that is reached directly, --external-ip for one behind NAT");
        }

        if (options.TokenDuration < TimeSpan.FromSeconds(FewestTokenSeconds))
        {
            throw Usage(
                RenderErrorIds.OptionInvalid,
                $"--token-duration must be {FewestTokenSeconds} or more seconds; it is {options.TokenDuration.TotalSeconds}",
                "leave it out for 3600");
        }
    }

    private static KubernetesClient Connect(RenderOptions options)
    {
        try
        {
            return new KubernetesClient(options.Kubeconfig is null && options.Context is null
                ? KubernetesClientConfiguration.BuildDefaultConfig()
                : KubernetesClientConfiguration.BuildConfigFromConfigFile(options.Kubeconfig, options.Context));
        }
        catch (KubeConfigException e)
        {
            throw new RenderException(
                RenderFailure.Cluster,
                RenderErrorIds.ClusterUnavailable,
                $"a cluster is needed, and none can be asked: {e.Message}",
                "name one with --kubeconfig FILE; or do without, with --workload-group FILE --mesh-config FILE",
                e);
        }
    }

    private static async Task<RenderResult> RenderAsync(RenderOptions options, ClusterLookups? cluster, CancellationToken cancellationToken)
    {
        WorkloadGroupSource source = options.WorkloadGroupFile.Length > 0
            ? WorkloadGroupSource.FromFile(await ReadAsync("--workload-group", options.WorkloadGroupFile, cancellationToken))
            : await cluster!.GroupAsync(options.Namespace, options.Name, cancellationToken);
        WorkloadGroupDocument group = Try(options.WorkloadGroupFile, () => WorkloadGroupDocument.Read(source));
        RefuseAnythingElse(options.WorkloadGroupFile, group);
        string revision = options.Revision is { Length: > 0 } said ? said
            : cluster is null ? ""
            : await cluster.RevisionAsync(cancellationToken);
        string clusterId = options.ClusterId ?? (cluster is null ? "" : await cluster.ClusterIdAsync(revision, cancellationToken));
        YamlText mesh = options.MeshConfigFile.Length > 0
            ? MeshConfigFile.Read(await ReadAsync("--mesh-config", options.MeshConfigFile, cancellationToken), options.MeshConfigFile)
            : await cluster!.MeshConfigAsync(revision, cancellationToken);
        string ingress = IstiodHostsLine.IsAddress(options.IngressIP) ? options.IngressIP
            : cluster is null ? ""
            : await cluster.IngressAddressAsync(options.IngressService, cancellationToken);
        BootConfigurationFiles made = Try(options.MeshConfigFile, () => BootConfigurationGenerator.Generate(new BootConfigurationInputs
        {
            WorkloadGroup = source,
            MeshConfig = mesh,
            ClusterId = clusterId,
            Revision = revision,
            IstioNamespace = options.IstioNamespace,
            InternalIP = options.InternalIP,
            ExternalIP = options.ExternalIP,
            IngressIP = ingress,
            AutoRegister = options.AutoRegister,
            CaptureDns = options.CaptureDns,
            ClusterEnvStyle = ClusterEnvStyle.AsIstio,
        }));

        var files = new SortedDictionary<string, string>(StringComparer.Ordinal) { ["cluster.env"] = made.ClusterEnv, ["mesh.yaml"] = made.MeshYaml };
        ServiceAccountToken? token = null;
        if (cluster is not null)
        {
            files["root-cert.pem"] = await cluster.RootCertificateAsync(group.Namespace, cancellationToken);
        }

        if (cluster is not null && !options.WithoutToken)
        {
            token = await cluster.TokenAsync(group.Namespace, group.ServiceAccount, options.TokenDuration, cancellationToken);
            files[OutputDirectory.SecretName] = token.Token;
        }

        if (cluster is not null || options.IngressIP.Length > 0)
        {
            files["hosts"] = made.Hosts;
        }

        OutputDirectory.Write(options.OutputDirectory, files);
        return new RenderResult
        {
            Directory = options.OutputDirectory,
            Files = [.. files.Keys],
            Warnings = RenderWarnings.Find(options, group, made, files, token),
            Namespace = group.Namespace,
            WorkloadGroup = group.Name,
            ServiceAccount = group.ServiceAccount,
            Revision = revision,
            TokenExpiresAt = token?.ExpiresAt,
        };
    }

    private static async Task<YamlText> ReadAsync(string flag, string file, CancellationToken cancellationToken)
    {
        try
        {
            return new YamlText(await File.ReadAllBytesAsync(file, cancellationToken));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new RenderException(
                RenderFailure.Input, RenderErrorIds.FileUnreadable, $"{flag} {file} can't be read: {e.Message}", $"ls -l {file}", e);
        }
    }

    // Istio takes any YAML for a WorkloadGroup, and writes files for a workload that has no name. A file that says nothing of its kind
    // still is one, as in Istio's own examples.
    private static void RefuseAnythingElse(string file, WorkloadGroupDocument group)
    {
        const string Kind = "WorkloadGroup";
        string what = group.IsEmpty ? "it holds nothing"
            : group.Kind.Length > 0 && group.Kind != Kind ? $"its first document is a {group.Kind}"
            : "";
        if (file.Length > 0 && what.Length > 0)
        {
            throw new RenderException(
                RenderFailure.Input,
                RenderErrorIds.InputInvalid,
                $"{file} isn't a WorkloadGroup: {what}",
                $"name a file whose first document is one; from a cluster: kubectl get workloadgroup NAME -n NAMESPACE -o yaml > {file}");
        }
    }

    private static T Try<T>(string file, Func<T> make)
    {
        try
        {
            return make();
        }
        catch (BootConfigurationException e)
        {
            throw new RenderException(
                RenderFailure.Input,
                RenderErrorIds.InputInvalid,
                file.Length > 0 ? $"{e.Message} (file {file})" : e.Message,
                "correct it and run the command again",
                e);
        }
    }

    private static RenderException Usage(string errorId, string message, string nextStep) =>
        new(RenderFailure.Usage, errorId, message, nextStep);
}
