using System.Text.Json;
using Microsoft.Extensions.Logging;
using Onboarding.Api.Configuration;
using Onboarding.Client.Channel;
using Onboarding.Client.Credentials;
using Onboarding.Client.Errors;
using Onboarding.Client.HostInformation;

namespace Onboarding.Client.PluginPart;

/// <summary>What runs one plugin for the agent: a process of its own, which systemd starts when the agent connects.</summary>
/// <param name="agent">The administrator's configuration: the only place where a plugin's program is named.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Where the plugin's diagnostics go.</param>
internal sealed class PluginPartService(AgentConfiguration agent, TimeProvider time, ILogger logger)
{
    private const int LongestQuestion = 64 * 1024;

    /// <summary>Reads a question, runs the plugin, answers. The end of the input ends the plugin.</summary>
    /// <param name="input">Where the question comes from.</param>
    /// <param name="output">Where the answer goes.</param>
    public async Task AnswerAsync(Stream input, Stream output)
    {
        PluginPartAnswer answer;
        using var gone = new CancellationTokenSource();
        Task watching = Task.CompletedTask;
        try
        {
            PluginQuestion question = await ReadAsync(input);
            watching = WatchAsync(input, gone);
            answer = await RunAsync(question, gone.Token);
        }
        catch (OnboardingException e)
        {
            answer = new PluginPartAnswer { ErrorId = e.ErrorId, Message = e.Message, NextStep = e.NextStep };
        }
        catch (OperationCanceledException)
        {
            // The agent doesn't wait any more.
            return;
        }

        await JsonSerializer.SerializeAsync(output, answer, PluginPartJson.Default.PluginPartAnswer, CancellationToken.None);
        await output.FlushAsync(CancellationToken.None);
        await gone.CancelAsync();
        await watching;
    }

    private async Task<PluginPartAnswer> RunAsync(PluginQuestion question, CancellationToken cancellationToken)
    {
        if (question.LooksUpByUdp)
        {
            NameLookups.OtherWayWasBetter();
        }

        (PluginConfiguration plugin, string method) = Find(question);
        (int exitCode, byte[] output) = await new PluginProcess(agent.Settings.Connection.Timeout, time, logger)
            .ExecuteAsync(plugin, question.Service, method, question.Request, cancellationToken);
        return new PluginPartAnswer { ExitCode = exitCode, Output = output };
    }

    private (PluginConfiguration Plugin, string Method) Find(PluginQuestion question)
    {
        PluginConfiguration? plugin = question.Service switch
        {
            PluginCredentialSource.Service => agent.Host.Custom?.Credential.ElementAtOrDefault(question.Position)?.Plugin,
            PluginHostInfoSource.Service => agent.Host.Custom?.Hostinfo?.Plugin,
            _ => null,
        };
        if (plugin is null || plugin.Name != question.Plugin)
        {
            throw new OnboardingException(
                ErrorIds.PluginMissing,
                $"The configuration has no plugin '{question.Plugin}' at this place any more.",
                "onboarding-agent validate; then sudo systemctl reload onboarding-agent");
        }

        return (plugin, question.Service == PluginCredentialSource.Service ? PluginCredentialSource.Method : PluginHostInfoSource.Method);
    }

    private static async Task<PluginQuestion> ReadAsync(Stream input)
    {
        byte[] buffer = new byte[LongestQuestion];
        int length = 0;
        try
        {
            while (length < buffer.Length && await input.ReadAsync(buffer.AsMemory(length)) is > 0 and int read)
            {
                length += read;
                if (buffer[length - 1] == '\n')
                {
                    return JsonSerializer.Deserialize(buffer.AsSpan(0, length), PluginPartJson.Default.PluginQuestion) ?? throw new JsonException("null");
                }
            }
        }
        catch (JsonException e)
        {
            throw Unreadable(e);
        }

        throw Unreadable(null);
    }

    private static OnboardingException Unreadable(Exception? inner) => new(
        ErrorIds.PluginFailed,
        "The part of the agent that runs plugins could not read what it was asked for.",
        "onboarding-agent version; sudo systemctl restart onboarding-agent",
        inner);

    private static async Task WatchAsync(Stream input, CancellationTokenSource gone)
    {
        try
        {
            byte[] nothing = new byte[1];
            while (await input.ReadAsync(nothing, gone.Token) > 0)
            {
            }

            await gone.CancelAsync();
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            await gone.CancelAsync();
        }
    }
}
