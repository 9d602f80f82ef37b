using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Nodes;
using Onboarding.Api.Configuration;
using Onboarding.Client.Channel;
using Onboarding.Client.Credentials;
using Onboarding.Client.Errors;
using Onboarding.Client.Native;
using Onboarding.Client.Processes;

namespace Onboarding.Client.PluginPart;

/// <summary>
/// Has plugins executed in a unit of their own: the agent's kills whatever makes code at run time, which .NET and Node.js do. One connection
/// is one execution; its end ends the plugin.
/// </summary>
/// <param name="path">The unit's socket, which systemd listens on.</param>
/// <param name="position">Which of the sources of its kind the plugin is.</param>
/// <param name="patience">How long a plugin may take.</param>
/// <param name="time">The clock.</param>
internal sealed class PluginPartClient(string path, int position, TimeSpan patience, TimeProvider time)
{
    /// <summary>The socket of the package's unit.</summary>
    public const string DefaultPath = "/run/onboarding-agent-plugin.sock";

    // An answer of 1 MiB, in base64.
    private const int LongestAnswer = 2 * 1024 * 1024;

    // The part has the same patience, and can say more about what took so long.
    private static readonly TimeSpan ForTheUnit = TimeSpan.FromSeconds(15);

    /// <summary>The package's socket, if there is one and this process is the unprivileged agent; null: plugins are processes of this one.</summary>
    public static string? PathIfUsable => LibC.EffectiveUserId() != 0 && LibC.Access(DefaultPath, LibC.AccessWrite) == 0 ? DefaultPath : null;

    /// <inheritdoc cref="ExecutePlugin"/>
    public async Task<(int ExitCode, byte[] Output)> ExecuteAsync(
        PluginConfiguration plugin, string service, string method, JsonObject request, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(patience + ForTheUnit, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), both.Token);
            var question = new PluginQuestion(plugin.Name, position, service, request, NameLookups.IsOtherWayBetter);
            byte[] line = [.. JsonSerializer.SerializeToUtf8Bytes(question, PluginPartJson.Default.PluginQuestion), (byte)'\n'];
            await socket.SendAsync(line, both.Token);
            await using var stream = new NetworkStream(socket);
            byte[] content = await BoundedReader.ReadToEndAsync(stream, LongestAnswer, both.Token) ?? throw new JsonException("the answer is too long");
            PluginPartAnswer answer = JsonSerializer.Deserialize(content, PluginPartJson.Default.PluginPartAnswer) ?? throw new JsonException("the answer is empty");
            return answer.ErrorId is { } error ? throw new OnboardingException(error, answer.Message, answer.NextStep) : (answer.ExitCode, answer.Output);
        }
        catch (Exception e) when (e is SocketException or IOException or JsonException)
        {
            throw Unanswered(plugin, method, e.Message, e);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw Unanswered(plugin, method, $"no answer within {(patience + ForTheUnit).TotalSeconds:0} s", e);
        }
    }

    private OnboardingException Unanswered(PluginConfiguration plugin, string method, string why, Exception inner) => new(
        ErrorIds.PluginFailed,
        $"The part of the agent that runs plugins did not answer {method} of plugin '{plugin.Name}' on {path}: {why}.",
        "systemctl status onboarding-agent-plugin.socket; journalctl -u 'onboarding-agent-plugin@*' -n 50",
        inner);
}
