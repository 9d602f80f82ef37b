using System.CommandLine;
using Onboarding.Api.Install;
using Onboarding.Api.Meta;
using Onboarding.Api.Runtime;
using Onboarding.Kubernetes;
using Onboarding.Operator.Install;

namespace Onboarding.Operator.Commands;

/// <summary><c>onboarding-operator check</c>: what the chart asks after an installation and before its end.</summary>
internal static class InstallationCheckCommand
{
    private const int MostListed = 20;

    /// <summary>Makes the command.</summary>
    /// <param name="output">Where results go.</param>
    /// <param name="errors">Where failures go.</param>
    public static Command Create(TextWriter output, TextWriter errors)
    {
        var kubeconfig = new Option<string?>("--kubeconfig")
        {
            Description = "The cluster; by default KUBECONFIG, ~/.kube/config or the pod's service account.",
            HelpName = "file",
        };
        var ns = new Option<string>("--namespace") { Description = "Namespace of the plane.", DefaultValueFactory = _ => OnboardingPlane.DefaultNamespace };
        var wait = new Option<int>("--wait") { Description = "Seconds to wait until it is so.", HelpName = "seconds" };
        var ready = new Command("ready", "Exits with 0 if the OnboardingPlane is accepted, has its roles, and an endpoint answers.") { kubeconfig, ns, wait };
        ready.SetAction((parsed, cancellationToken) => RunAsync(
            parsed.GetValue(kubeconfig),
            client => ReadyAsync(client, parsed.GetValue(ns)!, TimeSpan.FromSeconds(parsed.GetValue(wait)), output, cancellationToken),
            errors));
        var members = new Command("no-members", "Exits with 0 if no machine is registered; else lists them: without an operator nothing removes their entries.") { kubeconfig };
        members.SetAction((parsed, cancellationToken) =>
            RunAsync(parsed.GetValue(kubeconfig), client => NoMembersAsync(client, output, cancellationToken), errors));
        return new Command("check", "Looks at an installation.") { ready, members };
    }

    private static async Task<int> RunAsync(string? kubeconfig, Func<KubernetesClient, Task<int>> check, TextWriter errors)
    {
        try
        {
            using var client = new KubernetesClient(
                kubeconfig is null ? KubernetesClientConfiguration.BuildDefaultConfig() : KubernetesClientConfiguration.BuildConfigFromConfigFile(kubeconfig));
            return await check(client);
        }
        catch (Exception e) when (e is KubernetesException or KubeConfigException)
        {
            await errors.WriteLineAsync($"onboarding-operator: {e.Message}");
            return 1;
        }
    }

    private static async Task<int> ReadyAsync(KubernetesClient client, string ns, TimeSpan wait, TextWriter output, CancellationToken cancellationToken)
    {
        long begun = TimeProvider.System.GetTimestamp();
        while (true)
        {
            OnboardingPlane? plane = (await client.ListAsync<OnboardingPlane>(ns, cancellationToken: cancellationToken)).Items
                .FirstOrDefault(p => p.Metadata.Name == OnboardingPlane.DefaultName);
            IReadOnlyList<V1Condition> conditions = plane?.Status?.Conditions ?? [];
            bool isReady = new[] { InstallConditions.Accepted, InstallConditions.Ready, InstallConditions.RolesReady }
                .All(type => conditions.Any(c => c.Type == type && c.Status == "True"));
            if (isReady || TimeProvider.System.GetElapsedTime(begun) >= wait)
            {
                foreach (V1Condition condition in conditions)
                {
                    await output.WriteLineAsync($"{condition.Type}: {condition.Status} ({condition.Reason}): {condition.Message}");
                }

                if (conditions.Count == 0)
                {
                    await output.WriteLineAsync(plane is null
                        ? $"There is no OnboardingPlane {ns}/{OnboardingPlane.DefaultName}. Next: kubectl explain onboardingplanes.spec"
                        : $"No operator has looked at the OnboardingPlane yet. Next: kubectl -n {ns} logs deployment/onboarding-operator");
                }

                return isReady ? 0 : 1;
            }

            await Task.Delay(TimeSpan.FromSeconds(1), cancellationToken);
        }
    }

    private static async Task<int> NoMembersAsync(KubernetesClient client, TextWriter output, CancellationToken cancellationToken)
    {
        IReadOnlyList<WorkloadAutoRegistration> members;
        try
        {
            members = [.. (await client.ListAsync<WorkloadAutoRegistration>(null, cancellationToken: cancellationToken)).Items];
        }
        catch (KubernetesException e) when (e.IsNotFound)
        {
            return 0;
        }

        if (members.Count == 0)
        {
            return 0;
        }

        await output.WriteLineAsync($"{members.Count} machines are registered, and without an operator nothing would remove their entries:");
        foreach (WorkloadAutoRegistration member in members.Take(MostListed))
        {
            await output.WriteLineAsync($"  {member.Metadata.Namespace}/{member.Metadata.Name}");
        }

        await output.WriteLineAsync(members.Count > MostListed ? $"  and {members.Count - MostListed} more" : "");
        await output.WriteLineAsync("Next: onboarding-agent unregister on each machine, or: kubectl delete war --all -A");
        return 1;
    }
}
