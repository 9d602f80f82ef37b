using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Parsing;
using System.Net;
using Onboarding.BootConfiguration.Rendering;

namespace Onboarding.Endpoint.Hosting;

/// <summary>The command line of <c>onboarding-endpoint</c>.</summary>
internal static class CommandLine
{
    private const string Name = "onboarding-endpoint";
    private const int WrongUse = 2;

    /// <summary>Does what the arguments say; if they can't be understood, says which and where help is.</summary>
    /// <param name="arguments">The arguments.</param>
    /// <param name="run">What to do with the options; its result is the exit code.</param>
    /// <param name="output">Where results go. Wrong arguments write nothing there: who started an endpoint reads its one line from it.</param>
    /// <param name="errors">Where warnings and failures go.</param>
    /// <returns>The exit code; 2 for arguments that can't be understood.</returns>
    public static async Task<int> RunAsync(
        IReadOnlyList<string> arguments, Func<EndpointOptions, CancellationToken, Task<int>> run, TextWriter output, TextWriter errors)
    {
        // An argument that begins with @ is itself, not a file of arguments.
        ParseResult parsed = Create(run, output, errors).Parse(
            RenderCommand.Split(arguments), new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parsed.Errors.Count > 0 && parsed.Action is not HelpAction)
        {
            foreach (string problem in parsed.Errors.Select(e => e.Message).Distinct())
            {
                await errors.WriteLineAsync($"Error: {problem}");
            }

            await errors.WriteLineAsync($"[{RenderErrorIds.OptionInvalid}] Next: {PathOf(parsed.CommandResult)} --help");
            return WrongUse;
        }

        return await parsed.InvokeAsync(new InvocationConfiguration
        {
            // The drain decides how long stopping takes, not the parser.
            ProcessTerminationTimeout = TimeSpan.FromSeconds(60),
            Output = output,
            Error = errors,
        });
    }

    private static string PathOf(CommandResult command) =>
        command.Parent is CommandResult parent ? $"{PathOf(parent)} {command.Command.Name}" : Name;

    private static RootCommand Create(Func<EndpointOptions, CancellationToken, Task<int>> run, TextWriter output, TextWriter errors)
    {
        var embedded = new Option<bool>("--embedded") { Description = "Start an embedded control plane in this process, for laptops, demos and CI." };
        var data = new Option<string?>("--data-directory") { Description = "Where the embedded control plane keeps its data.", HelpName = "directory" };
        var kubeconfig = new Option<string?>("--kubeconfig") { Description = "The cluster; by default KUBECONFIG, ~/.kube/config or the pod's service account.", HelpName = "file" };
        var port = new Option<int>("--port") { Description = "Port that agents dial; 0 for any.", DefaultValueFactory = _ => 15443 };
        var listen = new Option<string?>("--listen") { Description = "Address to listen on; by default all, with --embedded 127.0.0.1.", HelpName = "address" };
        var certificate = new Option<string?>("--tls-certificate") { Description = "Server certificate with its chain, PEM.", HelpName = "file" };
        var key = new Option<string?>("--tls-key") { Description = "Its private key, PEM.", HelpName = "file" };
        var ns = new Option<string>("--namespace") { Description = "Namespace of the plane.", DefaultValueFactory = _ => "istio-system" };
        var instance = new Option<string?>("--instance") { Description = "Name of this instance; by default POD_NAME or the host's name.", HelpName = "name" };
        var apiPort = new Option<int>("--embedded-api-port") { Description = "Port of the embedded API server; 0 for any.", DefaultValueFactory = _ => 16443 };
        var istiodPort = new Option<int>("--embedded-istiod-port") { Description = "Port of the embedded istiod; 0 for any.", DefaultValueFactory = _ => 15012 };
        var audit = new Option<string?>("--audit-log") { Description = "File that audit lines are appended to; by default they are logged.", HelpName = "file" };
        var privateIssuers = new Option<bool>("--allow-private-issuers") { Description = "Fetch the keys of JWT issuers from private networks too." };
        var loopbackIssuers = new Option<bool>("--allow-loopback-issuers") { Description = "Fetch the keys of JWT issuers from this machine too; for demonstrations." };
        var issuerCa = new Option<string?>("--issuer-ca-file") { Description = "Roots (PEM) to trust for JWT issuers instead of the system's.", HelpName = "file" };
        var ingress = new Option<string>("--ingress-service") { Description = "Service in the plane's namespace by which workloads reach istiod.", HelpName = "name", DefaultValueFactory = _ => "istio-eastwestgateway" };
        var stopWithInput = new Option<bool>("--stop-with-input") { Description = "Stop when standard input ends: for a child that must not outlive its parent." };
        var anchors = new Option<string?>("--trust-anchors") { Description = "Trust anchors of clouds: a directory, or an https URL that ends with a slash.", HelpName = "place" };
        var awsAddress = new Option<string?>("--aws-address") { Description = "Connect here for AWS STS and ECS: a private endpoint of the network.", HelpName = "host:port" };
        var proxies = new Option<string[]>("--trusted-proxies") { Description = "Networks of load balancers that speak the PROXY protocol, version 2.", HelpName = "network", AllowMultipleArgumentsPerToken = true };
        var command = new RootCommand("Joins workloads outside Kubernetes to an Istio mesh: the endpoint that agents dial.")
        {
            embedded, data, kubeconfig, port, listen, certificate, key, ns, instance, apiPort, istiodPort, audit, privateIssuers,
            loopbackIssuers, issuerCa, ingress, stopWithInput, anchors, awsAddress, proxies, RenderCommand.Create(output, errors),
        };
        command.Subcommands.Add(JoinTokenCommand.Create());
        listen.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string?>() is { } value && !IPAddress.TryParse(value, out _))
            {
                result.AddError($"--listen: '{value}' isn't an IP address; use 0.0.0.0 for all");
            }
        });
        anchors.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string?>() is { } value && value.Contains("://", StringComparison.Ordinal)
                && !(value.StartsWith("https://", StringComparison.Ordinal) && value.EndsWith('/') && Uri.IsWellFormedUriString(value, UriKind.Absolute)))
            {
                result.AddError($"--trust-anchors: '{value}' is neither a directory nor an https URL that ends with a slash");
            }
        });
        proxies.Validators.Add(result =>
        {
            foreach (string bad in (result.GetValueOrDefault<string[]>() ?? []).Where(n => !IPNetwork.TryParse(n, out _)))
            {
                result.AddError($"--trusted-proxies: '{bad}' isn't a network such as 10.0.0.0/16 or 192.0.2.7/32");
            }
        });
        awsAddress.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string?>() is { } value && ReadAddress(value) is null)
            {
                result.AddError($"--aws-address: '{value}' isn't host:port, e.g. vpce-0abc.sts.eu-west-1.vpce.amazonaws.com:443");
            }
        });
        command.SetAction((parsed, cancellationToken) =>
        {
            bool isEmbedded = parsed.GetValue(embedded);
            return run(
                new EndpointOptions
                {
                    Embedded = isEmbedded,
                    DataDirectory = parsed.GetValue(data),
                    Kubeconfig = parsed.GetValue(kubeconfig),
                    Port = parsed.GetValue(port),
                    // The embedded control plane is for one machine: nobody else gets to dial it unless told so.
                    Listen = parsed.GetValue(listen) is { } address ? IPAddress.Parse(address) : isEmbedded ? IPAddress.Loopback : IPAddress.Any,
                    TlsCertificate = parsed.GetValue(certificate),
                    TlsKey = parsed.GetValue(key),
                    Namespace = parsed.GetValue(ns)!,
                    Instance = parsed.GetValue(instance) ?? Environment.GetEnvironmentVariable("POD_NAME") ?? Environment.MachineName.ToLowerInvariant(),
                    EmbeddedApiPort = parsed.GetValue(apiPort),
                    EmbeddedIstiodPort = parsed.GetValue(istiodPort),
                    AuditLog = parsed.GetValue(audit),
                    AllowPrivateIssuers = parsed.GetValue(privateIssuers),
                    AllowLoopbackIssuers = parsed.GetValue(loopbackIssuers),
                    IssuerAuthorities = parsed.GetValue(issuerCa),
                    IngressService = parsed.GetValue(ingress)!,
                    StopWithInput = parsed.GetValue(stopWithInput),
                    TrustedProxies = [.. (parsed.GetValue(proxies) ?? []).Select(n => IPNetwork.Parse(n))],
                    TrustAnchors = parsed.GetValue(anchors),
                    AwsAddress = parsed.GetValue(awsAddress) is { } aws ? ReadAddress(aws) : null,
                },
                cancellationToken);
        });
        return command;
    }

    private static DnsEndPoint? ReadAddress(string text) =>
        text.LastIndexOf(':') is > 0 and int colon && int.TryParse(text.AsSpan(colon + 1), out int port) && port is > 0 and <= IPEndPoint.MaxPort
            ? new DnsEndPoint(text[..colon].Trim('[', ']'), port)
            : null;
}
