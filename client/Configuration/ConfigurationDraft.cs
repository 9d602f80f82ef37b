using System.Text.Json.Nodes;
using Onboarding.Api;
using Onboarding.Api.Configuration;
using Onboarding.Api.Reading;
using Onboarding.Client.Errors;
using Onboarding.Documents;

namespace Onboarding.Client.Configuration;

/// <summary>An OnboardingConfiguration, as the parameters of a command line say it.</summary>
public sealed record ConfigurationDraft
{
    /// <summary>Host of the endpoint, with or without <c>https://</c> and port.</summary>
    public required string Endpoint { get; init; }

    /// <summary>Namespace of the group.</summary>
    public required string Namespace { get; init; }

    /// <summary>The group.</summary>
    public required string WorkloadGroup { get; init; }

    /// <summary>Name to expect in the endpoint's certificate.</summary>
    public string? ServerName { get; init; }

    /// <summary>PEM file with the authorities to trust.</summary>
    public string? CertificateAuthority { get; init; }

    /// <summary>Labels of the workload.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    /// <summary>How it is reached: <c>VPC</c> or <c>INTERNET</c>.</summary>
    public string? ConnectedOver { get; init; }

    /// <summary>The file's text.</summary>
    /// <exception cref="OnboardingException">What it would say can't be used.</exception>
    public string ToYaml()
    {
        string yaml = ResourceWriter.ToYaml(ToJson());
        ReadResult<OnboardingConfiguration> read = ResourceReader.Read(ResourceKinds.OnboardingConfiguration, System.Text.Encoding.UTF8.GetBytes(yaml));
        return read.Value is not null ? yaml : throw new OnboardingException(
            ErrorIds.ConfigurationInvalid,
            $"That makes no configuration: {string.Join("; ", read.Errors.Select(p => $"{p.Path}: {p.Message}"))}.",
            "correct the parameters; what each means: Get-Help New-OnboardingConfiguration -Full");
    }

    private JsonObject ToJson()
    {
        (string host, int? port) = Split(Endpoint);
        var endpoint = new JsonObject { ["host"] = host };
        if (port is { } number)
        {
            endpoint["port"] = number;
        }

        var tls = new JsonObject();
        if (ServerName is not null)
        {
            tls["sni"] = ServerName;
        }

        if (CertificateAuthority is not null)
        {
            tls["caFile"] = CertificateAuthority;
        }

        if (tls.Count > 0)
        {
            endpoint["transportSecurity"] = new JsonObject { ["tls"] = tls };
        }

        var json = new JsonObject
        {
            ["apiVersion"] = OnboardingConfiguration.ApiVersion,
            ["kind"] = OnboardingConfiguration.Kind,
            ["onboardingEndpoint"] = endpoint,
            ["workloadGroup"] = new JsonObject { ["namespace"] = Namespace, ["name"] = WorkloadGroup },
        };
        if (Labels.Count > 0)
        {
            var labels = new JsonObject();
            foreach ((string key, string value) in Labels.OrderBy(l => l.Key, StringComparer.Ordinal))
            {
                labels[key] = value;
            }

            json["workload"] = new JsonObject { ["labels"] = labels };
        }

        if (ConnectedOver is not null)
        {
            json["settings"] = new JsonObject { ["connectedOver"] = ConnectedOver };
        }

        return json;
    }

    // What is no address is told by the reader, with the field it would be in.
    private static (string Host, int? Port) Split(string endpoint) =>
        PlaneAddress.TryParse(endpoint) is { } address ? (address.Host, address.Port) : (endpoint, null);
}
