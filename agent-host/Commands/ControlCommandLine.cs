using System.CommandLine;
using Google.Protobuf.WellKnownTypes;
using Onboarding.Api.Control;
using Onboarding.Client.Control;

namespace Onboarding.AgentHost.Commands;

/// <summary>The commands that talk to the running agent: <c>status</c>, <c>register</c>, <c>unregister</c>, <c>sidecar</c>.</summary>
internal sealed class ControlCommandLine(
    Option<string> state, Option<string?> socket, OutputChoice choice, TextWriter output, TextWriter errors)
{
    /// <summary>The commands.</summary>
    /// <param name="sidecarLogs">What prints the sidecar's log.</param>
    public IEnumerable<Command> Build(Command sidecarLogs)
    {
        yield return Status();
        yield return WhoAmI();
        yield return Register();
        yield return Unregister();
        var start = Sidecar("start", "Start the sidecar and wait until it is ready.", (session, _, stop) =>
            session.StartSidecarAsync(new StartSidecarRequest(), stop));
        var stop = Sidecar("stop", "Stop the sidecar until it is started; the machine stays registered.", (session, drain, stop) =>
            session.StopSidecarAsync(new StopSidecarRequest { Drain = drain }, stop));
        var restart = Sidecar("restart", "Stop the sidecar and start it again.", (session, drain, stop) =>
            session.RestartSidecarAsync(new RestartSidecarRequest { Drain = drain }, stop));
        yield return new Command("sidecar", "The sidecar of this machine.") { start, stop, restart, sidecarLogs, SidecarCleanCommand.Build(state, choice, output, errors) };
    }

    private Command Status()
    {
        var watch = new Option<bool>("--watch") { Description = "Print it again whenever it changes, until Ctrl+C; the exit code is that of the last one." };
        Option<OutputFormat> format = OutputChoice.Former();
        var command = new Command(
            "status",
            "How this machine is in the mesh. Exit code 0: in it and healthy, 1: something is wrong, 3: no agent runs, 4: not in it yet, or not any more.") { watch, format };
        command.SetAction((parsed, _) => new ControlCall(PathOf(parsed), errors) { NotRunning = ExitCodes.NotRunning }.RunAsync(async (session, stop) =>
        {
            void Print(AgentStatus status) => output.WriteLine(
                choice.IsJson(parsed, format) ? StatusJson.Write(status) : StatusText.Write(status, TimeProvider.System.GetUtcNow()));
            if (!parsed.GetValue(watch))
            {
                AgentStatus now = await session.GetStatusAsync(stop);
                Print(now);
                return ExitCodeOf(now);
            }

            int code = ExitCodes.NotYet;
            try
            {
                await foreach (AgentStatus status in session.WatchAsync(stop))
                {
                    Print(status);
                    code = ExitCodeOf(status);
                }
            }
            catch (OperationCanceledException)
            {
                // The one who watches has seen enough.
            }

            return code;
        }));
        return command;
    }

    private Command WhoAmI()
    {
        Option<OutputFormat> format = OutputChoice.Former();
        var command = new Command("whoami", "Who this machine is in the mesh; exit code 1 if it is no one.") { format };
        command.SetAction((parsed, _) => Call(parsed).RunAsync(async (session, stop) =>
        {
            AgentStatus status = await session.GetStatusAsync(stop);
            output.WriteLine(choice.IsJson(parsed, format) ? StatusJson.WriteIdentity(status)
                : status.SpiffeId.Length == 0 ? $"no one: {status.Phase}" : status.SpiffeId);
            return status.SpiffeId.Length == 0 ? ExitCodes.Failure : ExitCodes.Success;
        }));
        return command;
    }

    private Command Register()
    {
        var sidecar = new Option<bool>("--start-sidecar") { Description = "Start the sidecar, too, and wait until it is ready." };
        var overrides = new Option<bool>("--override-exclusion") { Description = "Rejoin even if an operator excluded this machine." };
        var former = new Option<bool>("--come-back") { Hidden = true };
        former.Validators.Add(given =>
        {
            if (!given.Implicit)
            {
                given.AddError("--come-back is called --override-exclusion.");
            }
        });
        var command = new Command("register", "Join the mesh now, or again after unregister, and wait until the session is established.") { sidecar, overrides, former };
        command.SetAction((parsed, _) => RunAsync(parsed, async (session, stop) =>
        {
            var request = new RegisterRequest { StartSidecar = parsed.GetValue(sidecar), ComeBack = parsed.GetValue(overrides) };
            AgentStatus status = await session.RegisterAsync(request, Teller(parsed), stop);
            output.WriteLine(choice.IsJson(parsed) ? StatusJson.Write(status) : $"{status.Registration} at {status.Address}: {status.Phase}");
        }));
        return command;
    }

    private Command Unregister()
    {
        var reason = new Option<string>("--reason") { Description = "Why, for the plane's audit log.", DefaultValueFactory = _ => "" };
        Option<int?> delay = SecondsOption.Create("--propagation-delay", "How long the sidecar serves on; the plane's value if not given.");
        var command = new Command("unregister", "Leave the mesh, and stay out until register or the agent's next start.") { reason, delay };
        command.SetAction((parsed, _) => RunAsync(parsed, async (session, stop) =>
        {
            var request = new UnregisterRequest
            {
                Reason = parsed.GetRequiredValue(reason),
                PropagationDelay = parsed.GetValue(delay) is { } seconds ? TimeSpan.FromSeconds(seconds).ToDuration() : null,
            };
            AgentStatus status = await session.UnregisterAsync(request, Teller(parsed), stop);
            if (choice.IsJson(parsed))
            {
                output.WriteLine(StatusJson.Write(status));
            }
        }));
        return command;
    }

    private Command Sidecar(string name, string description, Func<IMeshSession, Duration?, CancellationToken, Task<MeshSidecar>> act)
    {
        Option<int?> drain = SecondsOption.Create("--drain-timeout", "How long it may drain before it is killed.");
        var command = new Command(name, description);
        if (name != "start")
        {
            command.Add(drain);
        }

        command.SetAction((parsed, _) => RunAsync(parsed, async (session, stop) =>
        {
            Duration? time = name != "start" && parsed.GetValue(drain) is { } seconds ? TimeSpan.FromSeconds(seconds).ToDuration() : null;
            MeshSidecar sidecar = await act(session, time, stop);
            foreach (string notice in sidecar.Notices)
            {
                errors.WriteLine($"warning: {notice}");
            }

            output.WriteLine(choice.IsJson(parsed)
                ? StatusJson.Write(sidecar)
                : $"{sidecar.Name}: {sidecar.Phase}{(sidecar.ProcessId == 0 ? "" : $", pid {sidecar.ProcessId}")}");
        }));
        return command;
    }

    private Action<Step> Teller(ParseResult parsed) => choice.IsJson(parsed)
        ? step => output.WriteLine(StatusJson.Write(step))
        : step => output.WriteLine($"[{step.Elapsed.ToTimeSpan().TotalMilliseconds,6:0} ms] {step.Message}");

    // Scripts ask by the exit code. What the plane said last counts, and what went wrong and isn't over.
    private static int ExitCodeOf(AgentStatus status) =>
        status.Phase == AgentPhase.Refused || status.Failure is not null || status.Sidecar.Phase == SidecarPhase.Failed ? ExitCodes.Failure
        : status.Phase == AgentPhase.Healthy ? ExitCodes.Success
        : ExitCodes.NotYet;

    private Task<int> RunAsync(ParseResult parsed, Func<IMeshSession, CancellationToken, Task> act) => Call(parsed).RunAsync(act);

    private ControlCall Call(ParseResult parsed) => new(PathOf(parsed), errors);

    private string PathOf(ParseResult parsed) => parsed.GetValue(socket) ?? ControlSocket.PathFor(parsed.GetRequiredValue(state));
}
