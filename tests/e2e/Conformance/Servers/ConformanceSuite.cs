using Xunit;

namespace Onboarding.Tests.E2E.Conformance.Servers;

/// <summary>The cases share servers.</summary>
[CollectionDefinition(Name)]
public sealed class ConformanceSuite : ICollectionFixture<ConformanceServers>
{
    public const string Name = "Conformance";
}
