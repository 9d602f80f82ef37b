using System.Text.Json.Nodes;
using Onboarding.Api.Configuration;
using Onboarding.Client.Credentials;
using Onboarding.Client.Errors;
using Onboarding.Client.Processes;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Integration.ClientTests;

public sealed class PluginRunnerTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly FakeTimeProvider _time = new();
    private readonly TestLog _log = new();

    public void Dispose()
    {
        _log.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public async Task It_is_called_by_the_published_protocol()
    {
        string path = ShellScript.Write(
            _directory,
            "p",
            """printf '{"name":"%s","service":"%s","method":"%s","realm":"%s","arg":"%s","request":%s}' "$PLUGIN_NAME" "$RPC_SERVICE_NAME" "$RPC_METHOD_NAME" "$REALM" "$1" "$(cat)" """);
        var plugin = new PluginConfiguration { Name = "corp-jwt", Path = path, Args = ["--fast"], Env = [new EnvironmentVariable("REALM", "prod")] };
        JsonObject answer = await CallAsync(plugin);
        answer.ToJsonString().ShouldBe(
            """{"name":"corp-jwt","service":"some.Service","method":"GetThing","realm":"prod","arg":"--fast","request":{"audience":"plane-1"}}""");
    }

    [Fact]
    public async Task A_plugin_that_does_not_read_its_request_may_answer_all_the_same() =>
        (await CallAsync(Plugin("echo '{\"a\":1}'"))).ToJsonString().ShouldBe("""{"a":1}""");

    [Theory]
    [InlineData("sleep 600 &\necho '{\"a\":1}'")]
    [InlineData("sleep 600 >/dev/null &\necho '{\"a\":1}'")]
    public async Task B11_a_child_that_a_plugin_leaves_behind_does_not_hold_its_answer_back(string script)
    {
        Task<JsonObject> call = CallAsync(Plugin(script));

        await Eventually.Is(
            () =>
            {
                _time.Advance(TimeSpan.FromMilliseconds(10));
                return call.IsCompleted;
            },
            "the answer counts");

        (await call).ToJsonString().ShouldBe("""{"a":1}""");
    }

    [Fact]
    public async Task B11_a_command_of_the_machine_is_not_held_back_either()
    {
        FinishedCommand done = await FinishedCommand.RunAsync(
            new Launch("/bin/sh") { Arguments = ["-c", "sleep 600 & echo done; exit 3"] }, Eventually.Patience);

        (done.ExitCode, done.Output).ShouldBe((3, "done\n"));
    }

    [Fact]
    public async Task A_plugin_that_is_not_on_the_path_is_named_with_the_path()
    {
        OnboardingException e = await FailAsync(new PluginConfiguration { Name = "nowhere" });
        e.ErrorId.ShouldBe(ErrorIds.PluginMissing);
        e.Message.ShouldContain("onboarding-agent-nowhere-plugin in PATH=/");
        e.NextStep.ShouldContain("command -v onboarding-agent-nowhere-plugin");
    }

    [Fact]
    public async Task A_plugin_that_does_not_exist_is_named()
    {
        OnboardingException e = await FailAsync(new PluginConfiguration { Name = "gone", Path = _directory["gone"] });
        e.ErrorId.ShouldBe(ErrorIds.PluginMissing);
        e.Message.ShouldBeGolden();
        e.NextStep.ShouldContain($"ls -l {_directory["gone"]}");
    }

    [Fact]
    public async Task A_plugin_that_is_not_executable_says_how_to_make_it_so()
    {
        File.WriteAllText(_directory["plain"], "");
        OnboardingException e = await FailAsync(new PluginConfiguration { Name = "plain", Path = _directory["plain"] });
        e.ErrorId.ShouldBe(ErrorIds.PluginMissing);
        e.NextStep.ShouldBe($"chmod 0755 {_directory["plain"]}");
    }

    [Fact]
    public async Task A_hanging_plugin_is_stopped_after_its_time_with_all_it_started()
    {
        PluginConfiguration plugin = Plugin("sleep 1000 & echo $! > \"$(dirname \"$0\")/child\"; echo $$ > \"$(dirname \"$0\")/self\"; wait");
        Task<OnboardingException> call = FailAsync(plugin);
        await Eventually.Is(() => File.Exists(_directory["self"]) && File.ReadAllText(_directory["self"]).EndsWith('\n'), "the plugin to run");
        _time.Advance(TimeSpan.FromSeconds(29.9));
        call.IsCompleted.ShouldBeFalse();
        _time.Advance(TimeSpan.FromSeconds(0.1));
        OnboardingException e = await call.WaitAsync(Eventually.Patience);
        e.ErrorId.ShouldBe(ErrorIds.PluginTimeout);
        e.NextStep.ShouldContain("settings.connection.timeout");
        foreach (string file in (string[])["self", "child"])
        {
            int processId = int.Parse(File.ReadAllText(_directory[file]));
            await Eventually.Is(() => Onboarding.Client.Sidecar.ProcessIdentity.Find(processId) is null, $"{file} to be killed");
        }
    }

    [Theory]
    [InlineData("echo hello", "isn't JSON (line 1, byte 1 of 6 bytes)")]
    [InlineData("printf '{\"credential\": {'", "isn't JSON")]
    [InlineData("true", "isn't JSON")]
    [InlineData("echo '[1]'", "isn't a JSON object")]
    [InlineData("printf '\\377\\376'", "isn't JSON")]
    public async Task Garbage_is_located_but_never_quoted(string body, string why)
    {
        OnboardingException e = await FailAsync(Plugin(body));
        e.ErrorId.ShouldBe(ErrorIds.PluginAnswerInvalid);
        e.Message.ShouldContain("Plugin 'p'");
        e.Message.ShouldContain(why);
        e.Message.ShouldNotContain("hello");
        e.NextStep.ShouldNotBeEmpty();
    }

    [Fact]
    public async Task A_failure_is_told_in_the_plugin_s_own_words()
    {
        OnboardingException e = await FailAsync(Plugin("echo '{\"code\":12,\"message\":\"no such method\"}'; exit 3"));
        e.ErrorId.ShouldBe(ErrorIds.PluginFailed);
        e.NextStep.ShouldContain("RPC_METHOD_NAME=GetThing " + _directory["p"]);
    }

    [Fact]
    public async Task A_failure_that_is_no_status_is_described_but_never_quoted()
    {
        OnboardingException e = await FailAsync(Plugin("echo half-a-secret; exit 1"));
        e.ErrorId.ShouldBe(ErrorIds.PluginFailed);
        e.Message.ShouldNotContain("half-a-secret");
    }

    [Fact]
    public async Task An_answer_counts_only_with_exit_code_zero() =>
        (await FailAsync(Plugin("echo '{\"credential\":{}}'; exit 1"))).ErrorId.ShouldBe(ErrorIds.PluginFailed);

    [Fact]
    public async Task Endless_output_is_cut_off()
    {
        OnboardingException e = await FailAsync(Plugin("yes"));
        e.ErrorId.ShouldBe(ErrorIds.PluginAnswerTooLarge);
        e.Message.ShouldContain("more than 1048576 bytes");
    }

    [Fact]
    public async Task Endless_diagnostics_do_not_stop_an_answer_and_do_not_flood_the_log()
    {
        await CallAsync(Plugin("head -c 3000000 /dev/zero | tr '\\0' 'x' | fold -w 100 >&2; echo '{}'"));
        _log.Text.Length.ShouldBeLessThan(300_000);
    }

    [Fact]
    public async Task Diagnostics_go_to_the_log_without_what_terminals_obey()
    {
        await CallAsync(Plugin("printf 'looking up \\033[31mrealm\\n' >&2; echo '{}'"));
        _log.Text.ShouldContain("Plugin p: looking up \uFFFD[31mrealm");
    }

    [Fact]
    public async Task Diagnostics_don_t_take_a_credential_into_the_log()
    {
        const string jwt = "eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJ2bS0xIn0.c2lnbmF0dXJl";
        await CallAsync(Plugin($"set -x; token={jwt}; echo '{{}}'; echo realm=prod >&2"));
        _log.Text.ShouldContain("realm=prod");
        _log.Text.ShouldContain("+ [redacted]");
        _log.Text.ShouldNotContain("eyJ");
    }

    [Fact]
    public async Task An_unavailable_plugin_is_called_again_after_one_two_four_and_eight_seconds()
    {
        string script = """n="$(dirname "$0")/n"; echo x >> "$n"; echo '{"code":14,"message":"IdP is down"}'; exit 1""";
        Task<OnboardingException> call = FailAsync(Plugin(script));
        int calls = 1;
        foreach (int seconds in (int[])[1, 2, 4, 8])
        {
            // Wait until the code under test sleeps: its own timer, and none of a running call.
            await Eventually.Is(() => Calls() == calls && _log.Entries.Count(x => x.EventId.Id == 5202) == calls && _time.PendingTimers == 1, "the wait");
            _time.Advance(TimeSpan.FromSeconds(seconds) - TimeSpan.FromTicks(1));
            Calls().ShouldBe(calls);
            _time.Advance(TimeSpan.FromTicks(1));
            calls++;
            await Eventually.Is(() => Calls() == calls, $"call {calls}");
        }

        (await call.WaitAsync(Eventually.Patience)).Message.ShouldBeGolden();
        Calls().ShouldBe(5);

        int Calls() => File.Exists(_directory["n"]) ? File.ReadAllLines(_directory["n"]).Length : 0;
    }

    [Fact]
    public async Task A_cancelled_call_ends_the_plugin()
    {
        using var cancel = new CancellationTokenSource();
        Task call = Runner().CallAsync(Plugin("echo $$ > \"$(dirname \"$0\")/self\"; sleep 1000"), "s", "m", [], cancel.Token);
        await Eventually.Is(() => File.Exists(_directory["self"]), "the plugin to run");
        await cancel.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(call);
    }

    private PluginConfiguration Plugin(string body) => new() { Name = "p", Path = ShellScript.Write(_directory, "p", body) };

    private PluginRunner Runner() => new(new ConnectionSettings(), _time, _log.CreateLogger<PluginRunner>());

    private Task<JsonObject> CallAsync(PluginConfiguration plugin) => Runner().CallAsync(
        plugin, "some.Service", "GetThing", new JsonObject { ["audience"] = "plane-1" }, CancellationToken.None);

    private Task<OnboardingException> FailAsync(PluginConfiguration plugin) => Should.ThrowAsync<OnboardingException>(() => CallAsync(plugin));
}
