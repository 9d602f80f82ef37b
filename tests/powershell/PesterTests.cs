using System.Collections.Concurrent;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.PowerShell;

/// <summary>
/// The Pester suite, in a real PowerShell, as part of <c>dotnet test</c>: one case for each <c>It</c>. The first case of a file runs the
/// whole file. All files run on Pester 6; those tagged <c>Compatibility</c>, which use all that the suite asks of Pester, also on Pester 5.
/// </summary>
public sealed class PesterTests
{
    private const string Compatibility = "Compatibility";

    private static readonly ConcurrentDictionary<(string File, int Pester), Lazy<Task<PesterResults>>> Runs = new();

    public static TheoryData<string, string> All => [.. PesterFiles.Tests()];

    public static TheoryData<string, string> Compatible => [.. PesterFiles.Tests(Compatibility)];

    [Theory]
    [MemberData(nameof(All))]
    public Task It(string file, string name) => PassesAsync(file, name, 6);

    [Theory]
    [MemberData(nameof(Compatible))]
    public Task It_on_Pester_5(string file, string name) => PassesAsync(file, name, 5, Compatibility);

    private static async Task PassesAsync(string file, string name, int pester, string? tag = null)
    {
        PesterResults results = await Runs.GetOrAdd(
            (file, pester), f => new(() => PowerShellHost.RunAsync(Path.Combine(PesterFiles.Root, f.File), f.Pester, tag))).Value;

        results.Broken.ShouldBeEmpty(string.Join('\n', results.Broken));
        PesterResult[] mine = [.. results.Tests.Where(t => t.Name == name)];
        mine.ShouldNotBeEmpty($"{file} has no test of that name that was run");
        PesterResult[] failed = [.. mine.Where(t => t.Result != "Passed")];
        failed.ShouldBeEmpty(string.Join('\n', failed.Select(t => $"{t.Expanded}: {t.Result}\n{t.Message}")));
    }
}
