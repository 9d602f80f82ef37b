using System.Reflection;
using Xunit.Sdk;

namespace Onboarding.Tests.E2E.Conformance.Servers;

/// <summary>Runs a case against the embedded control plane.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class OnEmbeddedAttribute : DataAttribute
{
    public override IEnumerable<object[]> GetData(MethodInfo testMethod) => [[ServerKind.Embedded]];
}
