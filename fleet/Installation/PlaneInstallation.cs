using System.Text.Json.Nodes;
using Onboarding.Api;
using Onboarding.Api.Install;
using Onboarding.Api.Meta;
using Onboarding.Fleet.Contexts;
using Onboarding.Kubernetes;

namespace Onboarding.Fleet.Installation;

/// <summary>Installs endpoint and operator into a cluster, as the chart would, by server-side apply.</summary>
/// <param name="kubernetes">The cluster.</param>
/// <param name="time">For waiting.</param>
public sealed class PlaneInstallation(KubernetesClient kubernetes, TimeProvider time)
{
    // A definition that was applied isn't served at once.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);
    private static readonly string[] WaitedFor = ["Accepted", "RBACReady", "Ready"];

    private readonly Prerequisites _prerequisites = new(kubernetes);

    /// <summary>What would be applied, one object a line.</summary>
    /// <param name="options">What is to be installed.</param>
    public static IReadOnlyList<string> Plan(InstallOptions options) => [.. ShippedObjects.Create(options).Select(o => o.ToString())];

    /// <summary>Applies everything, and removes what an earlier installation by this module had and this one lacks.</summary>
    /// <param name="options">What is to be installed.</param>
    /// <param name="progress">Told each object, and the share that is done.</param>
    /// <param name="cancellationToken">Cancels it; what is applied is in the inventory.</param>
    /// <returns>What is missing and can still come.</returns>
    public async Task<IReadOnlyList<string>> ApplyAsync(InstallOptions options, Action<string, int> progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(progress);
        IReadOnlyList<ClusterObject> wanted = ShippedObjects.Create(options);
        await _prerequisites.RefuseAsync(wanted, cancellationToken);
        IReadOnlyList<string> lacking = await _prerequisites.LackingAsync(options, cancellationToken);

        var inventory = new Inventory(kubernetes, options.Namespace);
        IReadOnlyList<ClusterObject> before = await inventory.ReadAsync(cancellationToken) ?? [];
        await inventory.WriteAsync([.. before, .. wanted], FleetSession.FieldManager, cancellationToken);
        foreach ((ClusterObject one, int i) in wanted.Select((o, i) => (o, i)))
        {
            progress(one.ToString(), i * 100 / wanted.Count);
            await ApplyAsync(one, cancellationToken);
        }

        foreach (ClusterObject gone in before.Where(o => !wanted.Any(w => w.ToString() == o.ToString()) && !PlaneRemoval.IsKept(o) && o.Kind != OnboardingPlane.Definition))
        {
            await kubernetes.DeleteAsync(gone.Kind, gone.Namespace, gone.Name, cancellationToken);
        }

        await inventory.WriteAsync(
            [.. wanted, .. before.Where(o => PlaneRemoval.IsKept(o) || o.Kind == OnboardingPlane.Definition)], FleetSession.FieldManager, cancellationToken);
        return lacking;
    }

    /// <summary>Waits until the operator runs, and, with a plane, an endpoint answers.</summary>
    /// <param name="options">What was installed.</param>
    /// <param name="patience">How long.</param>
    /// <param name="progress">Told what it waits for.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>How far it is.</returns>
    public async Task<InstallState> WaitAsync(InstallOptions options, TimeSpan patience, Action<string> progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(progress);
        long begun = time.GetTimestamp();
        while (true)
        {
            InstallState state = await ReadAsync(options, cancellationToken);
            if (state.IsReady || time.GetElapsedTime(begun) >= patience)
            {
                return state;
            }

            progress(state.Waiting);
            await Task.Delay(Pause, time, cancellationToken);
        }
    }

    /// <summary>How far an installation is.</summary>
    /// <param name="options">What was installed.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    public async Task<InstallState> ReadAsync(InstallOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        string ns = options.Namespace;
        string? istio = await _prerequisites.IstioVersionAsync(ns, cancellationToken);
        JsonObject? deployment = await kubernetes.TryGetAsync(ClusterObject.Deployment, ns, "onboarding-operator", cancellationToken);
        if (!IsAvailable(deployment))
        {
            return new InstallState(false, $"no operator is ready. Next: kubectl -n {ns} describe deployment onboarding-operator", null, istio);
        }

        if (options.Plane is null)
        {
            return new InstallState(true, "", null, istio);
        }

        OnboardingPlane? plane = await kubernetes.TryGetAsync<OnboardingPlane>(ns, OnboardingPlane.DefaultName, cancellationToken);
        V1Condition? bad = WaitedFor
            .Select(type => plane?.Status?.Conditions.FirstOrDefault(c => c.Type == type) ?? new V1Condition { Type = type, Status = "Unknown", Reason = "NotSeen", Message = "the operator hasn't looked yet" })
            .FirstOrDefault(c => c.Status != "True");
        if (bad is not null || plane!.Status!.ObservedGeneration < plane.Metadata.Generation)
        {
            return new InstallState(false, bad is null ? "the operator hasn't seen the last change" : $"{bad.Type}={bad.Status} ({bad.Reason}): {bad.Message}", null, istio);
        }

        return new InstallState(true, "", AddressOf(await kubernetes.TryGetAsync(ClusterObject.Service, ns, OnboardingPlane.DefaultName, cancellationToken)), istio);
    }

    private async Task ApplyAsync(ClusterObject one, CancellationToken cancellationToken)
    {
        // Filled by the endpoint; who owns it besides is no concern of an installation.
        if (one.Kind == ClusterObject.Secret && await kubernetes.TryGetAsync(one.Kind, one.Namespace, one.Name, cancellationToken) is not null)
        {
            return;
        }

        long begun = time.GetTimestamp();
        while (true)
        {
            try
            {
                await kubernetes.ApplyAsync(one.Kind, one.Content!, new PatchOptions { FieldManager = FleetSession.FieldManager, Force = true }, cancellationToken);
                return;
            }
            catch (KubernetesException e) when (e.IsNotFound && one.Kind == OnboardingPlane.Definition && time.GetElapsedTime(begun) < Patience)
            {
                await Task.Delay(Pause, time, cancellationToken);
            }
        }
    }

    private static bool IsAvailable(JsonObject? deployment) => deployment?["status"]?["readyReplicas"] is JsonValue ready && ready.GetValue<long>() > 0;

    private static string? AddressOf(JsonObject? service) =>
        service?["status"]?["loadBalancer"]?["ingress"]?[0] is { } ingress ? (ingress["hostname"] ?? ingress["ip"])?.ToString() : null;
}

/// <summary>How far an installation is.</summary>
/// <param name="IsReady">True if the operator runs and, with a plane, an endpoint answers.</param>
/// <param name="Waiting">What it waits for, and the next command; empty if it is ready.</param>
/// <param name="Address">What the load balancer answers at; null if it has no address.</param>
/// <param name="IstioVersion">Istio's version; null if istiod's image doesn't say.</param>
public sealed record InstallState(bool IsReady, string Waiting, string? Address, string? IstioVersion)
{
    /// <summary>What it waits for.</summary>
    public string Waiting { get; } = ForeignText.CleanLines(Waiting);

    /// <summary>Where agents reach the endpoint; null if it isn't known.</summary>
    public string? Address { get; } = ForeignText.CleanIfAny(Address);

    /// <summary>Istio's version; null if it isn't known.</summary>
    public string? IstioVersion { get; } = ForeignText.CleanIfAny(IstioVersion);
}
