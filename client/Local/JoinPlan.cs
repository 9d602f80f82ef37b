using System.Text.Json.Nodes;
using Onboarding.Api.Configuration;
using Onboarding.Api.Istio;
using Onboarding.Api.Registration;
using Onboarding.Client.Errors;
using Onboarding.Client.HostInformation;
using Onboarding.Documents;

namespace Onboarding.Client.Local;

/// <summary>
/// What a join would make, told without a call: the machine's name in the mesh is known once the plane has verified who it is, and the
/// WorkloadGroup's part once someone reads the group.
/// </summary>
internal static class JoinPlan
{
    /// <summary>The plan.</summary>
    /// <param name="onboarding">What is joined.</param>
    /// <param name="options">What the agent would be given.</param>
    /// <param name="startSidecar">Whether the sidecar would be started.</param>
    public static string Describe(OnboardingConfiguration onboarding, OnboardingAgentOptions options, bool startSidecar)
    {
        WorkloadGroupReference group = onboarding.WorkloadGroup;
        string workload = $"workloads/{group.Namespace}.{group.Name}";
        return $"""
            By the plane, if a policy admits this machine, with labels, ports and service account of WorkloadGroup {group}:
            {Indented(ResourceWriter.ToYaml(Entry(onboarding, options)))}
            Below {options.StateDirectory}:
              agent-key.pem, machine-id.sha256, {workload}/registration.json
              {workload}/boot/current: cluster.env, mesh.yaml, root-cert.pem, istio-token, hosts
            The sidecar {options.CreateSidecar().Path} {(startSidecar ? "would be started." : "wouldn't be started.")}
            """;
    }

    private static JsonObject Entry(OnboardingConfiguration onboarding, OnboardingAgentOptions options)
    {
        var spec = new JsonObject { ["address"] = AddressOf(onboarding, options) };
        if (onboarding.Workload?.Labels is { Count: > 0 } labels)
        {
            spec["labels"] = new JsonObject(labels.OrderBy(l => l.Key, StringComparer.Ordinal).Select(l => KeyValuePair.Create(l.Key, (JsonNode?)l.Value)));
        }

        return new JsonObject
        {
            ["apiVersion"] = WorkloadEntry.Definition.ApiVersion,
            ["kind"] = WorkloadEntry.Definition.Kind,
            ["metadata"] = new JsonObject
            {
                ["name"] = $"{onboarding.WorkloadGroup.Name}-(who the machine is)",
                ["namespace"] = onboarding.WorkloadGroup.Namespace,
            },
            ["spec"] = spec,
        };
    }

    // A plugin is a program that may ask anybody; only what this machine knows of itself is told.
    private static string AddressOf(OnboardingConfiguration onboarding, OnboardingAgentOptions options)
    {
        if (options.CreateHostInfo() is not BasicHostInfoSource host)
        {
            return $"(as plugin {options.Agent.Host.Custom!.Hostinfo!.Plugin!.Name} says)";
        }

        AddressType wanted = onboarding.Settings is { ConnectedOver: AddressType.Internet } ? AddressType.Internet : AddressType.Vpc;
        try
        {
            return host.Get().Addresses.FirstOrDefault(a => a.Type == wanted)?.Ip ?? $"(none: the machine has no address of type {wanted.ToString().ToUpperInvariant()})";
        }
        catch (OnboardingException e)
        {
            return $"(none: {e.Message})";
        }
    }

    private static string Indented(string yaml) => string.Join(Environment.NewLine, yaml.TrimEnd().Split('\n').Select(l => $"  {l}"));
}
