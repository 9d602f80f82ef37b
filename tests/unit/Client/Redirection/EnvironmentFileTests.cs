using Onboarding.Client.Sidecar.Istio.Redirection;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Unit.ClientTests.Redirection;

public sealed class EnvironmentFileTests
{
    [Theory]
    [InlineData("A=1\n", "1")]
    [InlineData("  export A='1 2'  # why\nB=2", "'1 2'")]
    [InlineData("A=1\nA=\"2\"\n", "\"2\"")]
    [InlineData("B=1; A=2", "2")]
    [InlineData("A=x\"y z\"'w'\n", "x\"y z\"'w'")]
    [InlineData("A=", "")]
    [InlineData("#A=1\nAA=2\nB=A=3\n", null)]
    [InlineData("B='\nA=1\n'\n", null)]
    [InlineData("B=\"\\\"\nA=1\"\n", null)]
    [InlineData("# it's\nA=1\n", "1")]
    public void The_last_value_counts_as_it_is_written(string text, string? written) => EnvironmentFile.Written(text, "A").ShouldBe(written);

    [Theory]
    [InlineData("x\"y z\"'$w'", "xy z$w")]
    [InlineData("a\\ b", "a b")]
    [InlineData("\"$HOME\"", null)]
    [InlineData("`id`", null)]
    [InlineData("", "")]
    public void What_only_a_shell_can_tell_is_not_guessed(string word, string? value) => EnvironmentFile.Unquoted(word).ShouldBe(value);
}
