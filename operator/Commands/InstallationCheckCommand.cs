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
    private const string HelmRelease = "meta.helm.sh/release-name";

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
        var release = new Option<string?>("--release")
        {
            Description = "Helm's release that is to go: an OnboardingPlane that isn't its own would stay, and is listed, too.",
            HelpName = "name",
        };
        var members = new Command("no-members", "Exits with 0 if no machine is registered; else lists them: without an operator nothing removes their entries.")
        {
            kubeconfig, ns, release,
        };
        members.SetAction((parsed, cancellationToken) => RunAsync(
            parsed.GetValue(kubeconfig),
            async client =>
            {
                bool noMember = await NoMembersAsync(client, output, cancellationToken);
                bool noPlane = parsed.GetValue(release) is not { } going || await NoPlaneStaysAsync(client, parsed.GetValue(ns)!, going, output, cancellationToken);
                return noMember && noPlane ? 0 : 1;
            },
            errors));
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

    private static async Task<bool> NoMembersAsync(KubernetesClient client, TextWriter output, CancellationToken cancellationToken)
    {
        IReadOnlyList<WorkloadAutoRegistration> members = await ListAsync<WorkloadAutoRegistration>(client, null, cancellationToken);
        if (members.Count == 0)
        {
            return true;
        }

        await output.WriteLineAsync($"{members.Count} machines are registered, and without an operator nothing would remove their entries:");
        foreach (WorkloadAutoRegistration member in members.Take(MostListed))
        {
            await output.WriteLineAsync($"  {member.Metadata.Namespace}/{member.Metadata.Name}");
        }

        if (members.Count > MostListed)
        {
            await output.WriteLineAsync($"  and {members.Count - MostListed} more");
        }

        await output.WriteLineAsync("Next: onboarding-agent unregister on each machine, or: kubectl delete war --all -A");
        return false;
    }

    // Its endpoints would go on, take machines in, and have neither roles nor an operator. A plane of another name has no endpoints.
    private static async Task<bool> NoPlaneStaysAsync(KubernetesClient client, string ns, string release, TextWriter output, CancellationToken cancellationToken)
    {
        OnboardingPlane? plane = (await ListAsync<OnboardingPlane>(client, ns, cancellationToken)).FirstOrDefault(p => p.Metadata.Name == OnboardingPlane.DefaultName);
        if (plane is null || plane.Metadata.Annotations.GetValueOrDefault(HelmRelease) == release)
        {
            return true;
        }

        await output.WriteLineAsync(
            $"The OnboardingPlane {ns}/{OnboardingPlane.DefaultName} isn't of the release {release}, and its endpoints would go on without an operator. Next: kubectl -n {ns} delete onboardingplane {OnboardingPlane.DefaultName}");
        return false;
    }

    // None where the definition is gone.
    private static async Task<IReadOnlyList<T>> ListAsync<T>(KubernetesClient client, string? ns, CancellationToken cancellationToken)
        where T : IKubernetesObject<T>
    {
        try
        {
            return [.. (await client.ListAsync<T>(ns, cancellationToken: cancellationToken)).Items];
        }
        catch (KubernetesException e) when (e.IsNotFound)
        {
            return [];
        }
    }
}
