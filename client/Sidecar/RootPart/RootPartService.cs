using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Microsoft.Win32.SafeHandles;
using Onboarding.Api.Configuration;
using Onboarding.Client.Errors;
using Onboarding.Client.Sidecar.Istio;

namespace Onboarding.Client.Sidecar.RootPart;

/// <summary>
/// What of the agent runs as root: one process for one verb, which systemd starts when the agent connects. It reads nothing from the network and
/// takes no path and no command from the agent; the administrator's configuration says which workload is installed.
/// </summary>
public sealed partial class RootPartService
{
    private const int LongestRequest = 32;
    private readonly string _agentState;
    private readonly RootState _state;
    private readonly string _workload;
    private readonly CaptureConfiguration _capture;
    private readonly ILogger _logger;
    private readonly IstioUnit _unit;
    private readonly IstioHost _host;

    /// <summary>Makes one.</summary>
    /// <param name="agentState">The agent's state directory.</param>
    /// <param name="ownState">Root's own, 0700.</param>
    /// <param name="workload">The workload that this machine joins: <c>namespace.name</c>.</param>
    /// <param name="capture">When the machine's traffic goes to the sidecar, as the administrator's file says.</param>
    /// <param name="loggers">Where to log.</param>
    public RootPartService(string agentState, string ownState, string workload, CaptureConfiguration capture, ILoggerFactory loggers)
    {
        ArgumentNullException.ThrowIfNull(loggers);
        const string Root = "/";
        _agentState = agentState;
        _state = new RootState(ownState);
        _workload = workload;
        _capture = capture;
        _logger = loggers.CreateLogger<RootPartService>();
        _unit = new IstioUnit(new Systemctl(Root));
        ILogger hostLogger = loggers.CreateLogger<IstioHost>();
        SidecarProgram program = IstioSidecar.Program(Root, revision: null, ownState, hostLogger, TimeProvider.System);
        _host = new IstioHost(Root, ownState, program.ReadVersionAsync, hostLogger, TimeProvider.System);
    }

    /// <summary>Reads a verb, does it, answers.</summary>
    /// <param name="input">Where the verb comes from.</param>
    /// <param name="output">Where the answer goes.</param>
    public async Task AnswerAsync(Stream input, Stream output)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(output);
        RootAnswer answer;
        RootVerb verb = await ReadAsync(input);
        try
        {
            // One verb after the other: they change the same files and rules.
            using SafeFileHandle turn = _state.TakeTurn();
            answer = await DoAsync(verb);
            LogDone(_logger, verb);
        }
        catch (OnboardingException e)
        {
            LogFailed(_logger, verb, e.Describe());
            answer = RootAnswer.Failed(e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            LogFailed(_logger, verb, e.Message);
            answer = RootAnswer.Failed(new OnboardingException(ErrorIds.SidecarFailed, $"{verb}: {e.Message}.", "journalctl -u 'onboarding-agent-root@*' -n 50", e));
        }

        await JsonSerializer.SerializeAsync(output, answer, RootAnswerJson.Default.RootAnswer);
        await output.FlushAsync();
    }

    private static async Task<RootVerb> ReadAsync(Stream input)
    {
        byte[] buffer = new byte[LongestRequest];
        int length = await input.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false);
        return Enum.GetValues<RootVerb>().FirstOrDefault(verb => Encoding.ASCII.GetString(buffer, 0, length) == $"{verb}\n");
    }

    private async Task<RootAnswer> DoAsync(RootVerb verb)
    {
        switch (verb)
        {
            case RootVerb.InstallBoot:
                return new RootAnswer { Notices = await InstallAsync() };
            case RootVerb.InstallLive:
                AgentBoot.Copy(_agentState, _workload, _state.Boot);
                _host.InstallLive(_state.Boot);
                return new RootAnswer();
            case RootVerb.Start:
                int processId = await _unit.StartAsync();
                File.Copy(_state.Installed, _state.Started, overwrite: true);
                return new RootAnswer { ProcessId = processId };
            case RootVerb.Stop:
                await _unit.StopAsync();
                return new RootAnswer();
            case RootVerb.Clean:
                if (!await _unit.IsActiveAsync())
                {
                    await _host.EndedAsync();
                }

                return new RootAnswer();
            case RootVerb.RemoveIdentity:
                await _unit.StopAsync();
                await _host.RemoveAsync();
                _state.Forget();
                return new RootAnswer();
            case RootVerb.Capture:
                // Without a sidecar the machine would be cut off: an agent that was taken over would need no more than this word.
                Require(await _unit.IsActiveAsync(), "istio.service does not run", "systemctl status istio.service");
                return new RootAnswer { Done = await _host.CaptureAsync() };
            case RootVerb.Release:
                Require(
                    _capture.OnFailure == CaptureOnFailure.Open, "sidecar.capture.onFailure is not Open", "cat /etc/onboarding-agent/agent.config.yaml; sudo systemctl restart onboarding-agent");
                return new RootAnswer { Done = await _host.ReleaseAsync() };
            default:
                throw new OnboardingException(
                    ErrorIds.SidecarFailed, "The part of the agent that runs as root was asked for what it doesn't do.", "onboarding-agent version; sudo systemctl restart onboarding-agent");
        }
    }

    private static void Require(bool holds, string otherwise, string nextStep)
    {
        if (!holds)
        {
            throw new OnboardingException(ErrorIds.SidecarFailed, $"The redirection stays as it is: {otherwise}.", nextStep);
        }
    }

    private async Task<IReadOnlyList<SidecarNotice>> InstallAsync()
    {
        string core = AgentBoot.Copy(_agentState, _workload, _state.Boot);
        if (await _unit.IsActiveAsync())
        {
            if (File.Exists(_state.Started) && await File.ReadAllTextAsync(_state.Started) == core)
            {
                // An agent of before started it, with the same: traffic goes on.
                _host.InstallLive(_state.Boot);
                return [];
            }

            await _unit.StopAsync();
        }

        IReadOnlyList<SidecarNotice> notices = await _host.PrepareAsync(new SidecarStart(_state.Boot, core) { CapturesFirst = _capture.Start == CaptureStart.BeforeStart });
        await File.WriteAllTextAsync(_state.Installed, core);
        return notices;
    }

    [LoggerMessage(5080, LogLevel.Information, "did {Verb}", EventName = "RootPartDid")]
    private static partial void LogDone(ILogger logger, RootVerb verb);

    [LoggerMessage(5081, LogLevel.Warning, "could not do {Verb}: {Failure}", EventName = "RootPartFailed")]
    private static partial void LogFailed(ILogger logger, RootVerb verb, string failure);
}
