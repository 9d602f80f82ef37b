using System.Collections.Concurrent;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.PowerShell;

/// <summary>
/// The Pester suite, in a real PowerShell, as part of <c>dotnet test</c>: one case for each <c>It</c>. A file is run once, by the first
/// of its cases. Without PowerShell 7.6 and Pester 5 the suite is skipped by name, with the reason.
/// </summary>
public sealed class PesterTests
{
    private static readonly ConcurrentDictionary<string, Lazy<Task<PesterResults>>> Runs = new();

    public static TheoryData<string, string> All
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach ((string file, string name) in PesterFiles.Tests())
            {
                data.Add(file, name);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task It(string file, string name)
    {
        Assert.SkipUnless(PowerShellHost.WhyMissing is null, $"powershell: {PowerShellHost.WhyMissing}");
        PesterResults results = await Runs.GetOrAdd(file, f => new(() => PowerShellHost.RunAsync(Path.Combine(PesterFiles.Root, f)))).Value;

        results.Broken.ShouldBeEmpty(string.Join('\n', results.Broken));
        PesterResult[] mine = [.. results.Tests.Where(t => t.Name == name)];
        mine.ShouldNotBeEmpty($"{file} has no test of that name that was run");
        PesterResult[] failed = [.. mine.Where(t => t.Result != "Passed")];
        failed.ShouldBeEmpty(string.Join('\n', failed.Select(t => $"{t.Expanded}: {t.Result}\n{t.Message}")));
    }

    [Fact]
    public void The_suite_has_tests_that_could_be_found() => PesterFiles.Tests().ShouldNotBeEmpty();
}
