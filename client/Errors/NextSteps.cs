namespace Onboarding.Client.Errors;

/// <summary>What to do next where several failures ask for the same.</summary>
internal static class NextSteps
{
    /// <summary>The plane failed: the cause is in its log, wherever it was deployed (docs/operations.md names the label).</summary>
    public const string PlaneLog =
        "look at the plane's log, where it runs in a cluster: kubectl logs -A -l app.kubernetes.io/name=onboarding-endpoint --tail 100";
}
