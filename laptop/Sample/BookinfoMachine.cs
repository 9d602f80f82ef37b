using System.Globalization;
using System.Text.Json.Nodes;
using Onboarding.Documents;

namespace Onboarding.Laptop.Sample;

/// <summary>A machine that is to run Bookinfo's ratings: what a person would write into an agent's two files.</summary>
internal sealed record BookinfoMachine
{
    /// <summary>Host of the endpoint.</summary>
    public required string Host { get; init; }

    /// <summary>Port of the endpoint.</summary>
    public required int Port { get; init; }

    /// <summary>File with the authority of the endpoint's certificate.</summary>
    public required string CertificateAuthority { get; init; }

    /// <summary>What messages call the credential plugin.</summary>
    public required string PluginName { get; init; }

    /// <summary>The credential plugin's program.</summary>
    public required string Plugin { get; init; }

    /// <summary>Issuer in the tokens it makes.</summary>
    public required string IssuerUrl { get; init; }

    /// <summary>Key it signs them with.</summary>
    public required string IssuerKeyFile { get; init; }

    /// <summary>Subject in the tokens.</summary>
    public required string Subject { get; init; }

    /// <summary>The program that replaces Istio's sidecar.</summary>
    public required string SidecarProbe { get; init; }

    /// <summary>Port it says that it is ready on.</summary>
    public required int SidecarPort { get; init; }

    /// <summary>File it writes to.</summary>
    public required string SidecarOutput { get; init; }

    /// <summary>Writes the two files: the configuration of the samples with its host pointed at the plane, and one for the agent.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="onboardingPath">Where OnboardingConfiguration goes.</param>
    /// <param name="agentPath">Where AgentConfiguration goes.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    public static async Task WriteAsync(BookinfoMachine machine, string onboardingPath, string agentPath, CancellationToken cancellationToken)
    {
        await File.WriteAllTextAsync(onboardingPath, ResourceWriter.ToYaml(machine.Onboarding()), cancellationToken);
        await File.WriteAllTextAsync(agentPath, ResourceWriter.ToYaml(machine.Agent()), cancellationToken);
    }

    private JsonObject Onboarding()
    {
        JsonObject json = ResourceReader.ReadObject(BookinfoMesh.SampleFile("onboarding.config.yaml")).Value!;
        json["onboardingEndpoint"] = new JsonObject
        {
            ["host"] = Host,
            ["port"] = Port,
            ["transportSecurity"] = new JsonObject { ["tls"] = new JsonObject { ["caFile"] = CertificateAuthority } },
        };
        return json;
    }

    private JsonObject Agent()
    {
        JsonObject json = ResourceReader.ReadObject(BookinfoMesh.SampleFile("agent.config.yaml")).Value!;
        JsonNode plugin = json["host"]!["custom"]!["credential"]![0]!["plugin"]!;
        plugin["name"] = PluginName;
        plugin["path"] = Plugin;
        plugin["env"] = new JsonArray(
            Variable("SAMPLE_JWT_ISSUER", IssuerUrl),
            Variable("SAMPLE_JWT_ISSUER_KEY", IssuerKeyFile),
            Variable("SAMPLE_JWT_SUBJECT", Subject),
            Variable("SAMPLE_JWT_ATTRIBUTES_FIELD", "custom_attributes"),
            Variable("SAMPLE_JWT_ATTRIBUTES", "role=ratings"));
        json["sidecar"] = new JsonObject
        {
            ["command"] = new JsonObject
            {
                ["path"] = SidecarProbe,
                ["args"] = new JsonArray("--status-port", SidecarPort.ToString(CultureInfo.InvariantCulture)),
                ["readiness"] = new JsonObject { ["port"] = SidecarPort },
            },
            ["stdout"] = new JsonObject { ["filename"] = SidecarOutput },
            ["stderr"] = new JsonObject { ["filename"] = SidecarOutput },
        };
        return json;
    }

    private static JsonObject Variable(string name, string value) => new() { ["name"] = name, ["value"] = value };
}
