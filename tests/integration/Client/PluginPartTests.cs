using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Onboarding.Api.Configuration;
using Onboarding.Client.Credentials;
using Onboarding.Client.Errors;
using Onboarding.Client.HostInformation;
using Onboarding.Client.PluginPart;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Integration.ClientTests;

/// <summary>Plugins in a process of their own, over a real socket; the units are in the end-to-end tests.</summary>
public sealed class PluginPartTests : IAsyncDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly TestLog _log = new();
    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private AgentConfiguration _configured = new();
    private Task _serving = Task.CompletedTask;

    private string SocketPath => _directory["plugin.sock"];

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        await _serving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _log.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public async Task What_is_executed_stands_in_the_configuration_and_the_answer_comes_back()
    {
        PluginConfiguration plugin = Plugin("corp", """printf '{"plugin":"%s","method":"%s","realm":"%s","arg":"%s","request":%s}' "$PLUGIN_NAME" "$RPC_METHOD_NAME" "$REALM" "$1" "$(cat)" """);
        Serve(plugin with { Args = ["--fast"], Env = [new EnvironmentVariable("REALM", "prod")] });

        // What the agent believes of it doesn't count.
        PluginConfiguration asked = plugin with { Path = "/bin/false", Args = ["--slow"], Env = [new EnvironmentVariable("REALM", "test")] };
        (await CallAsync(asked)).ToJsonString().ShouldBe(
            """{"plugin":"corp","method":"GetCredential","realm":"prod","arg":"--fast","request":{"audience":"plane-1"}}""");
    }

    [Fact]
    public async Task Two_plugins_of_one_name_are_told_apart_by_their_place()
    {
        Serve(Plugin("corp", "echo '{\"a\":1}'", "one"), Plugin("corp", "echo '{\"a\":2}'", "two"));

        (await CallAsync(new PluginConfiguration { Name = "corp" }, 1)).ToJsonString().ShouldBe("""{"a":2}""");
    }

    [Theory]
    [InlineData("other", 0, PluginCredentialSource.Service)]
    [InlineData("corp", 1, PluginCredentialSource.Service)]
    [InlineData("corp", 0, PluginHostInfoSource.Service)]
    [InlineData("corp", 0, "some.Other")]
    public async Task What_is_not_configured_is_not_run(string name, int position, string service)
    {
        Serve(Plugin("corp", $"touch {_directory["ran"]}; echo '{{}}'"));

        OnboardingException e = await Should.ThrowAsync<OnboardingException>(() => CallAsync(new PluginConfiguration { Name = name }, position, service));

        e.ErrorId.ShouldBe(ErrorIds.PluginMissing);
        e.NextStep.ShouldContain("systemctl reload onboarding-agent");
        File.Exists(_directory["ran"]).ShouldBeFalse();
    }

    [Fact]
    public async Task A_status_and_a_failure_to_start_come_back_as_they_are()
    {
        Serve(Plugin("corp", """echo '{"code":7,"message":"not you"}'; exit 3"""), new PluginConfiguration { Name = "gone", Path = _directory["gone"] });

        (await Should.ThrowAsync<OnboardingException>(() => CallAsync(new PluginConfiguration { Name = "corp" }))).Message.ShouldBeGolden();
        (await Should.ThrowAsync<OnboardingException>(() => CallAsync(new PluginConfiguration { Name = "gone" }, 1))).ErrorId.ShouldBe(ErrorIds.PluginMissing);
    }

    [Fact]
    public async Task An_agent_that_goes_away_ends_the_plugin()
    {
        Serve(Plugin("corp", $"echo $$ >{_directory["pid.new"]}; mv {_directory["pid.new"]} {_directory["pid"]}; exec sleep 600"));
        using var leaving = new CancellationTokenSource();
        Task call = CallAsync(new PluginConfiguration { Name = "corp" }, cancellationToken: leaving.Token);
        await Eventually.Is(() => File.Exists(_directory["pid"]), "the plugin runs");
        string plugin = $"/proc/{(await File.ReadAllTextAsync(_directory["pid"], CancellationToken.None)).Trim()}";

        await leaving.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => call);
        await Eventually.Is(() => !Directory.Exists(plugin), "the plugin has ended");
    }

    [Theory]
    [InlineData("{}\n")]
    [InlineData("null\n")]
    [InlineData("not json\n")]
    [InlineData("no end")]
    public async Task A_question_of_no_sense_is_answered_with_a_failure(string question)
    {
        Serve(Plugin("corp", "echo '{}'"));
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(SocketPath), CancellationToken.None);
        using var reader = new StreamReader(new NetworkStream(socket));
        await socket.SendAsync(Encoding.UTF8.GetBytes(question), CancellationToken.None);
        socket.Shutdown(SocketShutdown.Send);

        (await reader.ReadToEndAsync(CancellationToken.None)).ShouldContain("\"errorId\":\"Plugin");
    }

    [Fact]
    public async Task Without_the_unit_the_next_step_names_it()
    {
        OnboardingException e = await Should.ThrowAsync<OnboardingException>(() => CallAsync(new PluginConfiguration { Name = "corp" }));

        e.ErrorId.ShouldBe(ErrorIds.PluginFailed);
        e.NextStep.ShouldStartWith("systemctl status onboarding-agent-plugin.socket");
    }

    private PluginConfiguration Plugin(string name, string script, string? file = null) =>
        new() { Name = name, Path = ShellScript.Write(_directory, file ?? name, script) };

    private void Serve(params PluginConfiguration[] plugins)
    {
        _configured = new AgentConfiguration
        {
            Host = new HostEnvironment { Custom = new CustomHost { Credential = [.. plugins.Select(p => new CredentialSource { Plugin = p })] } },
        };
        _listener.Bind(new UnixDomainSocketEndPoint(SocketPath));
        _listener.Listen();
        _serving = ServeAsync();
    }

    private async Task ServeAsync()
    {
        while (true)
        {
            using Socket accepted = await _listener.AcceptAsync();
            await using var stream = new NetworkStream(accepted);
            await new PluginPartService(_configured, TimeProvider.System, _log.CreateLogger("part")).AnswerAsync(stream, stream);
        }
    }

    private Task<JsonObject> CallAsync(
        PluginConfiguration plugin, int position = 0, string service = PluginCredentialSource.Service, CancellationToken cancellationToken = default)
    {
        var settings = new ConnectionSettings();
        var client = new PluginPartClient(SocketPath, position, settings.Timeout, TimeProvider.System);
        return new PluginRunner(settings, TimeProvider.System, _log.CreateLogger<PluginRunner>(), client.ExecuteAsync)
            .CallAsync(plugin, service, "GetCredential", new JsonObject { ["audience"] = "plane-1" }, cancellationToken);
    }
}
