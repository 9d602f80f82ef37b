using System.Text.Json;

namespace Onboarding.Tests.PowerShell;

/// <summary>How the tests of one file went.</summary>
/// <param name="Tests">Each run of each test; a test with <c>-ForEach</c> has several.</param>
/// <param name="Broken">What failed outside of any test.</param>
internal sealed record PesterResults(IReadOnlyList<PesterResult> Tests, IReadOnlyList<string> Broken)
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web);

    public static PesterResults Read(string json) => JsonSerializer.Deserialize<PesterResults>(json, Options)!;
}
