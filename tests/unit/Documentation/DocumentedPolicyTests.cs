using System.Text;
using System.Text.RegularExpressions;
using Onboarding.Api;
using Onboarding.Api.Policies;
using Onboarding.Api.Reading;
using Onboarding.Documents;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Unit.Documentation;

/// <summary>Every policy that the documentation shows can be applied as it is.</summary>
public sealed partial class DocumentedPolicyTests
{
    [Fact]
    public void Every_policy_in_the_documentation_is_read_without_an_error()
    {
        string[] files = [Path.Combine(Repository.Root, "README.md"), .. Directory.GetFiles(Path.Combine(Repository.Root, "docs"), "*.md", SearchOption.AllDirectories)];
        int read = 0;
        foreach (string file in files)
        {
            foreach (string document in Block().Matches(File.ReadAllText(file)).SelectMany(block => Separator().Split(block.Groups[1].Value)))
            {
                if (IsPolicy().IsMatch(document))
                {
                    ReadResult<OnboardingPolicy> result = ResourceReader.Read(ResourceKinds.OnboardingPolicy, Encoding.UTF8.GetBytes(document));
                    result.Errors.ShouldBeEmpty($"{Path.GetRelativePath(Repository.Root, file)}:\n{document}\n{string.Join('\n', result.Errors)}");
                    read++;
                }
            }
        }

        read.ShouldBeGreaterThanOrEqualTo(3);
    }

    [GeneratedRegex(@"^```yaml\n(.*?)^```", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Block();

    [GeneratedRegex(@"^---$", RegexOptions.Multiline)]
    private static partial Regex Separator();

    [GeneratedRegex(@"^kind: OnboardingPolicy$", RegexOptions.Multiline)]
    private static partial Regex IsPolicy();
}
