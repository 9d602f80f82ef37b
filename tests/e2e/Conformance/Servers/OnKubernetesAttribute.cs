using System.Reflection;
using Onboarding.Testing;
using Xunit;
using Xunit.Sdk;
using Xunit.v3;

namespace Onboarding.Tests.E2E.Conformance.Servers;

/// <summary>Runs a case against a real API server; skipped, by name and with the reason, where that can't be.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class OnKubernetesAttribute(params string[] variants) : DataAttribute
{
    /// <summary>Oldest version that has what the case needs, e.g. <c>1.25</c>.</summary>
    public string MinServer { get; set; } = "1.0";

    /// <summary>What the case needs and an API server without controllers hasn't.</summary>
    public string? Lacks { get; set; }

    /// <summary>Why the case takes more than a minute; it then only runs if ONBOARDING_SLOW_TESTS is set.</summary>
    public string? Slow { get; set; }

    private string? WhySkipped => Capability.KubeApiServer.WhyMissing
        ?? (Lacks is null ? null : $"kube-apiserver alone lacks it: {Lacks}")
        ?? (KubernetesBinaries.Version < Version.Parse(MinServer)
            ? $"minServer {MinServer}: the kube-apiserver found is {KubernetesBinaries.Version}"
            : null)
        ?? (Slow is not null && Environment.GetEnvironmentVariable("ONBOARDING_SLOW_TESTS") is null
            ? $"set ONBOARDING_SLOW_TESTS to run it: {Slow}"
            : null);

    public override ValueTask<IReadOnlyCollection<ITheoryDataRow>> GetData(MethodInfo testMethod, DisposalTracker disposalTracker) =>
        new(Variants.ForServer(ServerKind.Kubernetes, variants, WhySkipped is { } reason ? Capability.KubeApiServer.Skip(reason) : null));

    public override bool SupportsDiscoveryEnumeration() => true;
}
