using System.CommandLine;
using Onboarding.Api.Istio;
using Onboarding.Api.Meta;
using Onboarding.Api.Policies;
using Onboarding.Api.Reading;
using Onboarding.Kubernetes;
using Onboarding.Plane.Cluster;
using Onboarding.Plane.Hosting;

namespace Onboarding.Endpoint.Hosting;

/// <summary>
/// <c>onboarding-endpoint join-token create</c>: makes a token, stores its hash, and prints the token, the only time that anybody
/// sees it.
/// </summary>
internal static class JoinTokenCommand
{
    private static readonly TimeSpan Longest = TimeSpan.FromDays(7);

    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var group = new Option<string>("--workload-group") { Description = "The group it is good for.", HelpName = "namespace/name", Required = true };
        var name = new Option<string?>("--name") { Description = "Name of the JoinToken, what policies name; by default made of the group's.", HelpName = "name" };
        var expires = new Option<string>("--expires-in") { Description = "How long it can be used first, at most 7 days.", HelpName = "duration", DefaultValueFactory = _ => "1h" };
        var kubeconfig = new Option<string?>("--kubeconfig") { Description = "The cluster; by default KUBECONFIG, ~/.kube/config or the pod's service account.", HelpName = "file" };
        var create = new Command("create", "Make a join token and print it.") { group, name, expires, kubeconfig };
        create.SetAction((parsed, cancellationToken) => RunAsync(
            parsed.GetValue(group)!, parsed.GetValue(name), parsed.GetValue(expires)!, parsed.GetValue(kubeconfig), cancellationToken));
        return new Command("join-token", "Tokens that let one machine join one group, once.") { create };
    }

    private static async Task<int> RunAsync(string group, string? name, string expires, string? kubeconfig, CancellationToken cancellationToken)
    {
        try
        {
            Console.Out.WriteLine(await CreateAsync(group, name, expires, kubeconfig, cancellationToken));
            return 0;
        }
        catch (Exception e) when (e is StartException or KubernetesException or KubeConfigException)
        {
            await Console.Error.WriteLineAsync($"onboarding-endpoint: {e.Message}");
            return 1;
        }
    }

    private static async Task<string> CreateAsync(
        string group, string? name, string expires, string? kubeconfig, CancellationToken cancellationToken)
    {
        if (group.Split('/') is not [{ Length: > 0 } ns, { Length: > 0 } groupName] || !KubernetesNames.IsLabel(ns) || !KubernetesNames.IsSubdomain(groupName))
        {
            throw new StartException($"--workload-group '{group}' must be namespace/name, in lower-case letters, digits and dashes. See: kubectl get workloadgroups -A");
        }

        if (!DurationText.TryParse(expires, out TimeSpan life) || life <= TimeSpan.Zero || life > Longest)
        {
            throw new StartException($"--expires-in '{expires}' must be a duration such as 30m, 1h or 24h, at most 168h.");
        }

        name ??= $"{groupName}-{Guid.NewGuid().ToString("N")[..8]}";
        if (!KubernetesNames.IsSubdomain(name))
        {
            throw new StartException($"--name '{name}' isn't a name that Kubernetes takes: lower-case letters, digits, dashes and dots.");
        }

        using var client = new KubernetesClient(
            kubeconfig is null ? KubernetesClientConfiguration.BuildDefaultConfig() : KubernetesClientConfiguration.BuildConfigFromConfigFile(kubeconfig));
        if (await client.TryGetAsync<WorkloadGroup>(ns, groupName, cancellationToken) is null)
        {
            throw new StartException($"There is no WorkloadGroup {group}. See: kubectl -n {ns} get workloadgroups");
        }

        JoinTokenText token = JoinTokenText.Create(ns, name);
        DateTimeOffset until = TimeProvider.System.GetUtcNow() + life;
        await client.CreateAsync(
            new JoinToken
            {
                Metadata = new V1ObjectMeta { Name = name, Namespace = ns },
                Spec = new JoinTokenSpec { WorkloadGroup = groupName, TokenSha256 = token.Hash, ExpiresAt = until },
            },
            cancellationToken: cancellationToken);
        await Console.Error.WriteLineAsync(
            $"JoinToken {ns}/{name}, for one machine, until {until.UtcDateTime:u}. It is shown this once. An OnboardingPolicy in {ns} must admit joinToken names: [{name}].");
        return token.Value;
    }
}
