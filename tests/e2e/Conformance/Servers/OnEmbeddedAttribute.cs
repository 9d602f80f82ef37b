using System.Reflection;
using Xunit.Sdk;

namespace Onboarding.Tests.E2E.Conformance.Servers;

/// <summary>Runs a case against the embedded control plane, once for each variant if there are any.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class OnEmbeddedAttribute(params string[] variants) : DataAttribute
{
    public override IEnumerable<object[]> GetData(MethodInfo testMethod) => Variants.Of(ServerKind.Embedded, variants);
}
