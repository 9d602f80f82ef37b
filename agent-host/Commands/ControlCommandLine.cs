using System.CommandLine;
using Google.Protobuf.WellKnownTypes;
using Onboarding.Api.Control;
using Onboarding.Client.Control;

namespace Onboarding.AgentHost.Commands;

/// <summary>The commands that talk to the running agent: <c>status</c>, <c>register</c>, <c>unregister</c>, <c>sidecar</c>.</summary>
internal sealed class ControlCommandLine(Option<string> state, Option<string?> socket, TextWriter output, TextWriter errors)
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
        yield return new Command("sidecar", "The sidecar of this machine.") { start, stop, restart, sidecarLogs, SidecarCleanCommand.Build(state, output, errors) };
    }

    private Command Status()
    {
        var watch = new Option<bool>("--watch") { Description = "Print it again whenever it changes, until Ctrl+C." };
        var format = new Option<OutputFormat>("--output") { Description = "Text, or Json: one object a line." };
        var command = new Command("status", "How this machine is in the mesh; exit code 1 if something keeps it from being in it as it should.") { watch, format };
        command.SetAction((parsed, _) => Call(parsed).RunAsync(async (session, stop) =>
        {
            void Print(AgentStatus status) => output.WriteLine(
                parsed.GetValue(format) == OutputFormat.Json ? StatusJson.Write(status) : StatusText.Write(status, TimeProvider.System.GetUtcNow()));
            if (!parsed.GetValue(watch))
            {
                AgentStatus now = await session.GetStatusAsync(stop);
                Print(now);
                return ExitCodeOf(now);
            }

            await foreach (AgentStatus status in session.WatchAsync(stop))
            {
                Print(status);
            }

            return ExitCodes.Success;
        }));
        return command;
    }

    private Command WhoAmI()
    {
        var format = new Option<OutputFormat>("--output") { Description = "Text, or Json: one object." };
        var command = new Command("whoami", "Who this machine is in the mesh; exit code 1 if it is no one.") { format };
        command.SetAction((parsed, _) => Call(parsed).RunAsync(async (session, stop) =>
        {
            AgentStatus status = await session.GetStatusAsync(stop);
            output.WriteLine(parsed.GetValue(format) == OutputFormat.Json ? StatusJson.WriteIdentity(status)
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
            AgentStatus status = await session.RegisterAsync(request, Tell, stop);
            output.WriteLine($"{status.Registration} at {status.Address}: {status.Phase}");
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
            await session.UnregisterAsync(request, Tell, stop);
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

            output.WriteLine($"{sidecar.Name}: {sidecar.Phase}{(sidecar.ProcessId == 0 ? "" : $", pid {sidecar.ProcessId}")}");
        }));
        return command;
    }

    private void Tell(Step step) => output.WriteLine($"[{step.Elapsed.ToTimeSpan().TotalMilliseconds,6:0} ms] {step.Message}");

    // Scripts ask by the exit code. What the plane said last counts, and what went wrong and isn't over.
    private static int ExitCodeOf(AgentStatus status) =>
        status.Phase == AgentPhase.Refused || status.Failure is not null ? ExitCodes.Failure : ExitCodes.Success;

    private Task<int> RunAsync(ParseResult parsed, Func<IMeshSession, CancellationToken, Task> act) => Call(parsed).RunAsync(act);

    private ControlCall Call(ParseResult parsed) => new(parsed.GetValue(socket) ?? ControlSocket.PathFor(parsed.GetRequiredValue(state)), errors);
}

/// <summary>How a command prints what it found.</summary>
internal enum OutputFormat
{
    /// <summary>For people.</summary>
    Text,

    /// <summary>One JSON object a line.</summary>
    Json,
}
