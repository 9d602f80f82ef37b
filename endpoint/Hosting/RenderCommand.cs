using System.CommandLine;
using Onboarding.BootConfiguration.Rendering;

namespace Onboarding.Endpoint.Hosting;

/// <summary><c>render-boot-configuration</c>: <c>istioctl x workload entry configure</c> by this project's generator.</summary>
internal static class RenderCommand
{
    /// <summary>Makes the command.</summary>
    /// <param name="output">Where success is told.</param>
    /// <param name="errors">Where warnings and failures are.</param>
    public static Command Create(TextWriter output, TextWriter errors)
    {
        var defaults = new RenderOptions();
        var group = Text("--workload-group", "File with the WorkloadGroup; wins over --name and --namespace.", "file");
        var name = Text("--name", "Name of the WorkloadGroup in the cluster.", "name");
        var ns = Text("--namespace", "Its namespace.", "namespace");
        var mesh = Text("--mesh-config", "File with the mesh configuration (ConfigMap istio, or its key mesh) instead of the cluster's.", "file");
        var directory = Text("--output", "Directory for the files; made if absent.", "directory");
        var clusterId = Text("--cluster-id", "The cluster's name in the mesh; by default looked up.", "name");
        var revision = Text("--revision", "Revision of the control plane; by default the one that the default tag points to.", "revision");
        var inner = Text("--internal-ip", "Address that other workloads reach this one at.", "address");
        var outer = Text("--external-ip", "Address behind NAT that they reach it at; probes then go to localhost.", "address");
        var ingressIp = Text("--ingress-ip", "Address of the gateway before istiod, for hosts.", "address");
        var ingress = Text("--ingress-service", "The gateway's Service, name or name.namespace.", "service");
        var autoRegister = new Option<bool>("--auto-register") { Description = "istiod makes the WorkloadEntry when the workload connects." };
        var dns = new Option<bool>("--capture-dns") { Description = "The sidecar answers DNS.", DefaultValueFactory = _ => true };
        var istio = Text("--istio-namespace", "Namespace of the control plane.", "namespace");
        var seconds = new Option<int>("--token-duration") { Description = "Life of the token in seconds.", DefaultValueFactory = _ => 3600, HelpName = "seconds" };
        var kubeconfig = Text("--kubeconfig", "The cluster: its token, root certificate, revision and cluster id are looked up.", "file");
        var context = Text("--context", "Context in the kubeconfig.", "name");
        var command = new Command(
            "render-boot-configuration",
            "Write what a machine's sidecar starts from, byte for byte as istioctl x workload entry configure does. "
            + "Exit codes: 2 wrong use, 3 unreadable input, 4 the cluster lacks or refuses something, 5 the output can't be written.")
        {
            group, name, ns, mesh, directory, clusterId, revision, inner, outer, ingressIp, ingress, autoRegister, dns, istio, seconds, kubeconfig, context,
        };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            new RenderOptions
            {
                WorkloadGroupFile = parsed.GetValue(group) ?? "",
                Name = parsed.GetValue(name) ?? "",
                Namespace = parsed.GetValue(ns) ?? "",
                MeshConfigFile = parsed.GetValue(mesh) ?? "",
                OutputDirectory = parsed.GetValue(directory) ?? "",
                ClusterId = parsed.GetValue(clusterId),
                Revision = parsed.GetValue(revision),
                InternalIP = parsed.GetValue(inner) ?? "",
                ExternalIP = parsed.GetValue(outer) ?? "",
                IngressIP = parsed.GetValue(ingressIp) ?? "",
                IngressService = parsed.GetValue(ingress) ?? defaults.IngressService,
                AutoRegister = parsed.GetValue(autoRegister),
                CaptureDns = parsed.GetValue(dns),
                IstioNamespace = parsed.GetValue(istio) ?? defaults.IstioNamespace,
                TokenDuration = TimeSpan.FromSeconds(parsed.GetValue(seconds)),
                Kubeconfig = parsed.GetValue(kubeconfig),
                Context = parsed.GetValue(context),
            },
            output,
            errors,
            cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(RenderOptions options, TextWriter output, TextWriter errors, CancellationToken cancellationToken)
    {
        try
        {
            RenderResult result = await BootConfigurationRenderer.RenderAsync(options, cancellationToken);
            foreach (string warning in result.Warnings)
            {
                await errors.WriteLineAsync($"Warning: {warning}");
            }

            await output.WriteLineAsync($"Configuration generation into directory {result.Directory} was successful");
            return 0;
        }
        catch (RenderException e)
        {
            await errors.WriteLineAsync($"Error: {e.Message}");
            await errors.WriteLineAsync($"[{e.ErrorId}] Next: {e.NextStep}");
            return (int)e.Failure;
        }
    }

    private static Option<string?> Text(string name, string description, string value) => new(name) { Description = description, HelpName = value };
}
