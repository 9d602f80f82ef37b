using Onboarding.AgentHost.Commands;
using Onboarding.Client.BootConfiguration;
using Onboarding.Client.Native;
using Onboarding.Testing;
using Shouldly;
using Xunit;
using Rpc = Onboarding.Api.Rpc;

namespace Onboarding.Tests.Unit.AgentHostTests;

public sealed class BootConfigurationCommandTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly BootConfigurationStore _store;

    public BootConfigurationCommandTests()
    {
        string workload = Directory.CreateDirectory(
            _directory["state/workloads/bookinfo.ratings"], UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute).FullName;
        _store = new BootConfigurationStore(workload, DurableFiles.Instance);
        _store.Apply(BootConfigurations.Make(token: "very-secret-token"), "uid-1");
    }

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Without_a_pending_one_there_is_no_difference()
    {
        (int code, string output, _) = await InvokeAsync("diff");

        code.ShouldBe(0);
        output.ShouldBeGolden();
    }

    [Fact]
    public async Task A_pending_one_is_shown_line_by_line_and_the_exit_code_says_so()
    {
        Keep(BootConfigurations.Make(2, "core-2", "live-2"));

        (int code, string output, _) = await InvokeAsync("diff", "--workload", "bookinfo/ratings");

        code.ShouldBe(1);
    }

    [Fact]
    public async Task The_token_is_never_printed()
    {
        Keep(BootConfigurations.Make(2, "core-2"));

        string printed = (await InvokeAsync("show")).Output + (await InvokeAsync("diff")).Output;

        printed.ShouldContain("CANONICAL_SERVICE='ratings'");
        printed.ShouldNotContain("very-secret-token");
    }

    [Theory]
    [InlineData("--workload", "bookinfo/reviews", "[WorkloadUnknown] There is no workload bookinfo/reviews")]
    [InlineData("--state-directory", "/nonexistent", "[StateDirectoryUnreadable] The state directory /nonexistent can't be read")]
    public async Task What_is_not_there_is_told(string option, string value, string message)
    {
        (int code, _, string errors) = await InvokeAsync("show", option, value);

        code.ShouldBe(2);
        errors.ShouldContain(message);
        errors.ShouldContain("Next: ");
    }

    [Fact]
    public async Task B4_a_directory_that_is_not_there_is_not_to_be_read_as_root()
    {
        (_, _, string errors) = await InvokeAsync("show", "--state-directory", "/nonexistent");

        errors.ShouldContain("Next: namei -l /nonexistent;");
        errors.ShouldNotContain("sudo");
    }

    private void Keep(Rpc.BootConfiguration boot)
    {
        boot.Pending = true;
        _store.Keep(boot, "uid-1");
    }

    private async Task<(int Code, string Output, string Errors)> InvokeAsync(params string[] arguments)
    {
        using var output = new StringWriter();
        using var errors = new StringWriter();
        string[] state = arguments.Contains("--state-directory") ? [] : ["--state-directory", _directory["state"]];
        int code = await AgentCommandLine.Build(output, errors).Parse(["bootconfig", .. arguments, .. state]).InvokeAsync();
        return (code, output.ToString(), errors.ToString());
    }
}
