namespace Onboarding.Tests.E2E.Conformance.Servers;

/// <summary>Arguments of a case on a server.</summary>
internal static class Variants
{
    public static IEnumerable<object[]> Of(ServerKind server, IReadOnlyCollection<string> variants) =>
        variants.Count == 0 ? [[server]] : variants.Select(v => new object[] { server, v });
}
