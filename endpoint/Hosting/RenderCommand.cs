using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Onboarding.BootConfiguration.Rendering;

namespace Onboarding.Endpoint.Hosting;

/// <summary>
/// <c>render-boot-configuration</c>: <c>istioctl x workload entry configure</c> by this project's generator. Flags have istioctl's
/// names and, for those who like them better, ours.
/// </summary>
internal static class RenderCommand
{
    private const string Name = "render-boot-configuration";
    private const string True = "true";

    // As with istioctl, of a flag that is given several times the last counts.
    private const int MostTimes = 1000;

    /// <summary>
    /// The arguments, where they are this command's with an empty value after an equals sign (<c>--clusterID=</c>) as two: the parser
    /// would miss a value there.
    /// </summary>
    public static IReadOnlyList<string> Split(IReadOnlyList<string> arguments) => arguments is [Name, ..]
        ? [.. arguments.SelectMany(a => a is ['-', .., '='] && a.IndexOf('=', StringComparison.Ordinal) == a.Length - 1 ? [a[..^1], ""] : new[] { a })]
        : arguments;

    /// <summary>Makes the command.</summary>
    /// <param name="output">Where success is told.</param>
    /// <param name="errors">Where warnings and failures are.</param>
    public static Command Create(TextWriter output, TextWriter errors)
    {
        var group = Text("--workload-group", "File with the WorkloadGroup; wins over --name and --namespace.", "file", "--file", "-f");
        var name = Text("--name", "Name of the WorkloadGroup in the cluster.", "name");
        var ns = Text("--namespace", "Its namespace.", "namespace", "-n");
        var mesh = Text("--mesh-config", "File with the mesh configuration (key mesh of ConfigMap istio) instead of the cluster's.", "file");
        var directory = Text("--output", "Directory for the files; made if absent.", "directory", "-o");
        var clusterId = Text("--cluster-id", "The cluster's name in the mesh; by default looked up.", "name", "--clusterID");
        var revision = Text("--revision", "Revision of the control plane; by default the one that the default tag points to.", "revision", "-r");
        var inner = Text("--internal-ip", "Address that other workloads reach this one at.", "address", "--internalIP");
        var outer = Text("--external-ip", "Address behind NAT that they reach it at; probes then go to localhost.", "address", "--externalIP");
        var ingressIp = Text("--ingress-ip", "Address of the gateway before istiod, for hosts.", "address", "--ingressIP");
        var ingress = Text("--ingress-service", "The gateway's Service, name or name.namespace.", "service", "--ingressService");
        var autoRegister = Truth("--auto-register", "istiod makes the WorkloadEntry when the workload connects.", "--autoregister");
        var dns = Truth("--capture-dns", "The sidecar answers DNS; it does by default.");
        var istio = Text("--istio-namespace", "Namespace of the control plane.", "namespace", "--istioNamespace", "-i");
        var seconds = new Option<long>("--token-duration", "--tokenDuration")
        {
            Description = "Life of the token in seconds.",
            Arity = new ArgumentArity(1, MostTimes),
            CustomParser = Number,
            DefaultValueFactory = _ => 3600,
            HelpName = "seconds",
        };
        var kubeconfig = Text("--kubeconfig", "The cluster: its token, root certificate, revision and cluster id are looked up.", "file", "-c");
        var context = Text("--context", "Context in the kubeconfig.", "name");
        var command = new Command(
            Name,
            "Write what a machine's sidecar starts from, byte for byte as istioctl x workload entry configure does. "
            + "Exit codes: 2 wrong use, 3 unreadable input, 4 the cluster lacks or refuses something, 5 the output can't be written.")
        {
            group, name, ns, mesh, directory, clusterId, revision, inner, outer, ingressIp, ingress, autoRegister, dns, istio, seconds, kubeconfig, context,
        };
        command.SetAction((parsed, cancellationToken) =>
        {
            var defaults = new RenderOptions();
            return RunAsync(
                defaults with
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
                    AutoRegister = IsTrue(parsed, autoRegister, byDefault: false),
                    CaptureDns = IsTrue(parsed, dns, byDefault: true),
                    IstioNamespace = parsed.GetValue(istio) ?? defaults.IstioNamespace,
                    TokenDuration = Seconds(parsed.GetValue(seconds)),
                    Kubeconfig = parsed.GetValue(kubeconfig),
                    Context = parsed.GetValue(context),
                },
                output,
                errors,
                cancellationToken);
        });
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

    private static TimeSpan Seconds(long value) =>
        TimeSpan.FromSeconds(Math.Clamp(value, long.MinValue / TimeSpan.TicksPerSecond, long.MaxValue / TimeSpan.TicksPerSecond));

    private static Option<string?> Text(string name, string description, string value, params string[] aliases) => new(name, aliases)
    {
        Description = description,
        HelpName = value,
        Arity = new ArgumentArity(1, MostTimes),
        CustomParser = Last,
    };

    private static string Last(ArgumentResult given) => given.Tokens[^1].Value;

    // A text, since the parser of truths knows fewer words for them than Go.
    private static Option<string?> Truth(string name, string description, params string[] aliases) => new(name, aliases)
    {
        Description = description,
        HelpName = "true|false",
        Arity = new ArgumentArity(0, MostTimes),
        CustomParser = ReadTruth,
    };

    private static bool IsTrue(ParseResult parsed, Option<string?> option, bool byDefault) =>
        parsed.GetResult(option) is null ? byDefault : parsed.GetValue(option) == True;

    private static string? ReadTruth(ArgumentResult given)
    {
        switch (given.Tokens.Count == 0 ? True : Last(given))
        {
            case "1" or "t" or "T" or True or "TRUE" or "True":
                return True;
            case "0" or "f" or "F" or "false" or "FALSE" or "False":
                return "false";
            default:
                Refuse(given, "it is neither true nor false");
                return null;
        }
    }

    private static long Number(ArgumentResult given)
    {
        if (!long.TryParse(Last(given), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number))
        {
            Refuse(given, "it is no whole number of seconds");
        }

        return number;
    }

    private static void Refuse(ArgumentResult given, string why)
    {
        string flag = ((OptionResult)given.Parent!).IdentifierToken!.Value;
        given.AddError($"invalid argument \"{Last(given)}\" for \"{flag}\" flag: {why}");
    }
}
