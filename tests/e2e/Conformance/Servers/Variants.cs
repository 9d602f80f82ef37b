using Xunit;

namespace Onboarding.Tests.E2E.Conformance.Servers;

/// <summary>Arguments of a case on a server.</summary>
internal static class Variants
{
    public static IReadOnlyCollection<ITheoryDataRow> ForServer(ServerKind server, IReadOnlyCollection<string> variants, string? skip = null) =>
        variants.Count == 0
            ? [new TheoryDataRow(server) { Skip = skip }]
            : [.. variants.Select(v => new TheoryDataRow(server, v) { Skip = skip })];
}
