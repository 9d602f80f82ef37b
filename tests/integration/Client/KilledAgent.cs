using System.Collections.Concurrent;
using Onboarding.Client;
using Onboarding.Client.Events;
using Onboarding.Testing;

namespace Onboarding.Tests.Integration.ClientTests;

/// <summary>An agent that ends as SIGKILL ends it: no leaving, its sidecar still running, its state as it was.</summary>
internal static class KilledAgent
{
    public static async Task AfterAsync(OnboardingAgentOptions options, OnboardingPhase phase)
    {
        var seen = new Seen();
        OnboardingAgent agent = OnboardingAgent.Open(options with { Progress = seen });
        Task run = agent.RunAsync(CancellationToken.None);
        await Eventually.Is(() => seen.Phases.Contains(phase), phase.ToString());
        await agent.DisposeAsync();
        await run;
    }

    private sealed class Seen : IProgress<OnboardingStep>
    {
        public ConcurrentQueue<OnboardingPhase> Phases { get; } = new();

        public void Report(OnboardingStep value) => Phases.Enqueue(value.Phase);
    }
}
