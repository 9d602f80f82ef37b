using System.CommandLine;
using System.Net;
using Onboarding.Plane.Hosting;

namespace Onboarding.Endpoint.Hosting;

/// <summary>The endpoint's options as they are on a command line: its own program's, and that of the plane on a laptop.</summary>
internal sealed class EndpointCommandOptions
{
    private readonly Option<int> _port = PortOption.Create("--port", "Port that agents dial", 15443);
    private readonly Option<string?> _listen = new("--listen") { HelpName = "address" };
    private readonly Option<string?> _certificate = new("--tls-certificate") { Description = "Server certificate with its chain, PEM.", HelpName = "file" };
    private readonly Option<string?> _key = new("--tls-key") { Description = "Its private key, PEM.", HelpName = "file" };
    private readonly Option<bool> _privateIssuers = new("--allow-private-issuers") { Description = "Fetch the keys of JWT issuers from private networks too." };
    private readonly Option<bool> _loopbackIssuers = new("--allow-loopback-issuers") { Description = "Fetch the keys of JWT issuers from this machine too; for demonstrations." };
    private readonly Option<string?> _issuerCa = new("--issuer-ca-file") { Description = "Roots (PEM) to trust for JWT issuers instead of the system's.", HelpName = "file" };
    private readonly Option<string> _ingress = new("--ingress-service")
    {
        Description = "Service in the plane's namespace by which workloads reach istiod.",
        HelpName = "name",
        DefaultValueFactory = _ => "istio-eastwestgateway",
    };

    private readonly Option<string?> _anchors = new("--trust-anchors") { Description = "Trust anchors of clouds: a directory, or an https URL that ends with a slash.", HelpName = "place" };
    private readonly Option<string?> _awsAddress = new("--aws-address") { Description = "Connect here for AWS STS and ECS: a private endpoint of the network.", HelpName = "host:port" };
    private readonly Option<string[]> _proxies = new("--trusted-proxies")
    {
        Description = "Networks of load balancers that speak the PROXY protocol, version 2.",
        HelpName = "network",
        AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<string?> _packages = new("--packages") { Description = "Directory of packages to serve to anyone, as build/packages.sh build makes it.", HelpName = "directory" };
    private readonly PlaneCommandOptions _shared;
    private readonly IPAddress _listenByDefault;

    /// <summary>Adds them to a command.</summary>
    /// <param name="command">The command.</param>
    /// <param name="listenByDefault">Where it listens unless told.</param>
    /// <param name="hasCluster">False for a program that brings its own cluster.</param>
    public EndpointCommandOptions(Command command, IPAddress listenByDefault, bool hasCluster = true)
    {
        _listenByDefault = listenByDefault;
        _listen.Description = $"Address to listen on; by default {(listenByDefault.Equals(IPAddress.Any) ? "all" : listenByDefault)}.";
        AddValidators();
        _shared = new PlaneCommandOptions(command, hasCluster);
        foreach (Option option in (Option[])[_port, _listen, _certificate, _key, _privateIssuers, _loopbackIssuers, _issuerCa, _ingress, _anchors, _awsAddress, _proxies, _packages])
        {
            command.Options.Add(option);
        }
    }

    /// <summary>Takes what was given.</summary>
    public EndpointOptions Read(ParseResult parsed) => _shared.Read(parsed, new EndpointOptions
    {
        Port = parsed.GetValue(_port),
        Listen = parsed.GetValue(_listen) is { } address ? IPAddress.Parse(address) : _listenByDefault,
        TlsCertificate = parsed.GetValue(_certificate),
        TlsKey = parsed.GetValue(_key),
        AllowPrivateIssuers = parsed.GetValue(_privateIssuers),
        AllowLoopbackIssuers = parsed.GetValue(_loopbackIssuers),
        IssuerAuthorities = parsed.GetValue(_issuerCa),
        IngressService = parsed.GetValue(_ingress)!,
        TrustedProxies = [.. (parsed.GetValue(_proxies) ?? []).Select(n => IPNetwork.Parse(n))],
        TrustAnchors = parsed.GetValue(_anchors),
        Packages = parsed.GetValue(_packages),
        AwsAddress = parsed.GetValue(_awsAddress) is { } aws ? ReadAddress(aws) : null,
    });

    private void AddValidators()
    {
        _listen.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string?>() is { } value && !IPAddress.TryParse(value, out _))
            {
                result.AddError($"--listen: '{value}' isn't an IP address; use 0.0.0.0 for all");
            }
        });
        _anchors.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string?>() is { } value && value.Contains("://", StringComparison.Ordinal)
                && !(value.StartsWith("https://", StringComparison.Ordinal) && value.EndsWith('/') && Uri.IsWellFormedUriString(value, UriKind.Absolute)))
            {
                result.AddError($"--trust-anchors: '{value}' is neither a directory nor an https URL that ends with a slash");
            }
        });
        _packages.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string?>() is { } value && !Directory.Exists(value))
            {
                result.AddError($"--packages: there is no directory '{value}'; build/packages.sh build makes it");
            }
        });
        _proxies.Validators.Add(result =>
        {
            foreach (string bad in (result.GetValueOrDefault<string[]>() ?? []).Where(n => !IPNetwork.TryParse(n, out _)))
            {
                result.AddError($"--trusted-proxies: '{bad}' isn't a network such as 10.0.0.0/16 or 192.0.2.7/32");
            }
        });
        _awsAddress.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string?>() is { } value && ReadAddress(value) is null)
            {
                result.AddError($"--aws-address: '{value}' isn't host:port, e.g. vpce-0abc.sts.eu-west-1.vpce.amazonaws.com:443");
            }
        });
    }

    private static DnsEndPoint? ReadAddress(string text) =>
        text.LastIndexOf(':') is > 0 and int colon && int.TryParse(text.AsSpan(colon + 1), out int port) && port is > 0 and <= IPEndPoint.MaxPort
            ? new DnsEndPoint(text[..colon].Trim('[', ']'), port)
            : null;
}
