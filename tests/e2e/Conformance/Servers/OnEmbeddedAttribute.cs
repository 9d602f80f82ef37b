using System.Reflection;
using Xunit;
using Xunit.Sdk;
using Xunit.v3;

namespace Onboarding.Tests.E2E.Conformance.Servers;

/// <summary>Runs a case against the embedded control plane, once for each variant if there are any.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class OnEmbeddedAttribute(params string[] variants) : DataAttribute
{
    public override ValueTask<IReadOnlyCollection<ITheoryDataRow>> GetData(MethodInfo testMethod, DisposalTracker disposalTracker) =>
        new(Variants.ForServer(ServerKind.Embedded, variants));

    public override bool SupportsDiscoveryEnumeration() => true;
}
