using Onboarding.Client.Sidecar.Istio;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Integration.ClientTests;

/// <summary>What <c>pilot-agent version</c> prints, as recorded from Istio, and what else a program of that name might do.</summary>
public sealed class PilotAgentVersionTests : IDisposable
{
    private const string Noise = "echo 'INFO memory is not limited, skipping package=github.com/KimMachineGun/automemlimit/memlimit' >&2\n";
    private const string Json = """printf '{\n  "clientVersion": {\n    "version": "1.31.0",\n    "revision": "abc",\n    "golang_version": "go1.26.8",\n    "status": "Clean",\n    "tag": "1.31.0-2"\n  }\n}\n'""";
    private const string Short = "echo client version: 1.31.0";
    private const string Long = """echo 'client version: version.BuildInfo{Version:"1.31.0", GitRevision:"abc", GolangVersion:"go1.26.8", BuildStatus:"Clean", GitTag:"1.31.0-2"}'""";
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData(Json, "exit 9", "exit 9")]
    [InlineData("echo 'Error: unknown flag: -o' >&2; exit 1", Short, "exit 9")]
    [InlineData("echo 'Error: unknown flag: -o'", "echo 1.4.6", "exit 9")]
    [InlineData("exit 1", "exit 1", Long)]
    [InlineData(Long, Long, Long)]
    [InlineData("echo '{}'", Short, "exit 9")]
    [InlineData("echo '[{]'", Short, "exit 9")]
    [InlineData("""echo '{"clientVersion":{"version":7}}'""", Short, "exit 9")]
    [InlineData("""echo '{"clientVersion":["version"]}'""", "kill -SEGV $$", Long)]
    [InlineData("echo starting; " + Json, "exit 9", "exit 9")]
    public async Task Each_form_is_read_and_noise_is_not(string json, string shortForm, string longForm) =>
        (await ReadAsync($$"""
            {{Noise}}
            case "$*" in
              'version -o json') {{json}} ;;
              'version --short') {{shortForm}} ;;
              version) {{longForm}} ;;
              *) exit 64 ;;
            esac
            """)).ShouldBe(json.Contains("starting", StringComparison.Ordinal) || !shortForm.Contains("1.4.6", StringComparison.Ordinal) ? "1.31.0" : "1.4.6");

    [Theory]
    [InlineData("exit 3")]
    [InlineData("kill -KILL $$")]
    [InlineData("echo")]
    [InlineData("echo 'no version here, only words'")]
    [InlineData("head -c 300000 /dev/zero")]
    [InlineData("yes 1.31.0")]
    [InlineData("printf '\\377\\376\\000'")]
    [InlineData("""echo '{"clientVersion":{"version":""}}'""")]
    public async Task A_program_that_tells_nothing_usable_is_of_unknown_version(string body) => (await ReadAsync(body)).ShouldBe("unknown");

    [Fact]
    public async Task One_that_says_much_on_standard_error_is_read_all_the_same() =>
        (await ReadAsync($"head -c 300000 /dev/zero | tr '\\0' x >&2; {Json}")).ShouldBe("1.31.0");

    [Fact]
    public async Task A_version_with_escape_sequences_is_made_printable() =>
        (await ReadAsync("""printf '{"clientVersion":{"version":"1.31\\u001b[2J"}}'""")).ShouldBe("1.31_[2J");

    [Fact]
    public async Task One_that_hangs_is_given_up_and_ended_with_its_children()
    {
        string script = ShellScript.Write(_directory, "pilot-agent", $"sleep 1000 & echo $! > {_directory["child"]}; sleep 1000");
        var version = new PilotAgentVersion(script, TimeSpan.FromSeconds(2));
        (await version.ReadAsync(CancellationToken.None)).ShouldBe("unknown");
        if (File.Exists(_directory["child"]) && int.TryParse(await File.ReadAllTextAsync(_directory["child"]), out int child))
        {
            await Eventually.Is(() => !Directory.Exists($"/proc/{child}") || IsZombie(child), "its child to be ended");
        }
    }

    [Fact]
    public async Task What_is_no_program_at_all_is_of_unknown_version()
    {
        File.WriteAllText(_directory["pilot-agent"], "\u0001\u0002");
        File.SetUnixFileMode(_directory["pilot-agent"], UnixFileMode.UserRead | UnixFileMode.UserExecute);
        (await new PilotAgentVersion(_directory["pilot-agent"], TimeSpan.FromMinutes(1)).ReadAsync(CancellationToken.None)).ShouldBe("unknown");
        (await new PilotAgentVersion(_directory.Path, TimeSpan.FromMinutes(1)).ReadAsync(CancellationToken.None)).ShouldBe("unknown");
    }

    private static bool IsZombie(int processId)
    {
        try
        {
            return File.ReadAllText($"/proc/{processId}/stat").Contains(") Z ", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return true;
        }
    }

    private Task<string> ReadAsync(string body) =>
        new PilotAgentVersion(ShellScript.Write(_directory, "pilot-agent", body), TimeSpan.FromMinutes(1)).ReadAsync(CancellationToken.None);
}
