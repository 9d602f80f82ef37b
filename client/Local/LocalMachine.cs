using System.Runtime.CompilerServices;
using Google.Protobuf.WellKnownTypes;
using Onboarding.Api.Control;
using Onboarding.Client.Control;
using Onboarding.Client.Errors;
using Onboarding.Client.Processes;

namespace Onboarding.Client.Local;

/// <summary>
/// This machine's session, found where it is: one that this process owns, else that of the agent which answers on the control socket.
/// </summary>
public sealed class LocalMachine : IAsyncDisposable
{
    private readonly IMeshSession _session;
    private readonly string _stateDirectory;
    private readonly bool _isOurs;

    private LocalMachine(IMeshSession session, string stateDirectory, bool isOurs)
    {
        _session = session;
        _stateDirectory = stateDirectory;
        _isOurs = isOurs;
    }

    /// <summary>What is found, for <c>-WhatIf</c> and messages.</summary>
    public string Owner => _isOurs ? $"this PowerShell process, state {_stateDirectory}" : "agent service";

    /// <summary>Finds all sessions: those this process owns, or the agent's.</summary>
    /// <param name="stateDirectory">Only that of this state directory; null for any.</param>
    /// <param name="name">Only those of this registration or group; null for any.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="OnboardingException"><see cref="ErrorIds.NotRegistered"/>, <see cref="ErrorIds.ControlDenied"/>.</exception>
    public static async Task<IReadOnlyList<LocalMachine>> FindAllAsync(string? stateDirectory, string? name, CancellationToken cancellationToken)
    {
        LocalPaths.RequireLinux();
        List<LocalMachine> found = [];
        foreach ((string directory, OnboardingAgent session) in ProcessSessions.All())
        {
            if (stateDirectory is null || Path.TrimEndingDirectorySeparator(Path.GetFullPath(stateDirectory)) == directory)
            {
                found.Add(new LocalMachine(session, directory, isOurs: true));
            }
        }

        if (found.Count == 0)
        {
            found.Add(await FindAgentAsync(stateDirectory, cancellationToken));
        }

        if (name is null)
        {
            return found;
        }

        List<LocalMachine> named = [];
        foreach (LocalMachine machine in found)
        {
            if (await machine.IsNamedAsync(name, cancellationToken))
            {
                named.Add(machine);
            }
            else
            {
                await machine.DisposeAsync();
            }
        }

        return named.Count > 0 ? named : throw new OnboardingException(
            ModuleErrorIds.SessionNotFound, $"This machine has no registration '{name}'.", "Get-MeshSidecar shows those there are");
    }

    /// <summary>Finds the one session that is meant.</summary>
    /// <param name="stateDirectory">Its state directory; null if there is only one.</param>
    /// <param name="name">Its registration or group; null if there is only one.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="OnboardingException">As <see cref="FindAllAsync"/>, or <see cref="ModuleErrorIds.SessionAmbiguous"/>.</exception>
    public static async Task<LocalMachine> FindAsync(string? stateDirectory, string? name, CancellationToken cancellationToken)
    {
        IReadOnlyList<LocalMachine> found = await FindAllAsync(stateDirectory, name, cancellationToken);
        return found.Count == 1 ? found[0] : throw new OnboardingException(
            ModuleErrorIds.SessionAmbiguous,
            $"This process owns {found.Count} sessions: {string.Join(", ", found.Take(5).Select(f => f._stateDirectory))}{(found.Count > 5 ? ", …" : "")}.",
            "say which with -Name or -StateDirectory");
    }

    /// <summary>How it is.</summary>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public async Task<MachineStatus> GetStatusAsync(CancellationToken cancellationToken) =>
        MachineReader.Read(await _session.GetStatusAsync(cancellationToken));

    /// <summary>How it is now, and again whenever that changes.</summary>
    /// <param name="cancellationToken">Ends it.</param>
    public async IAsyncEnumerable<MachineStatus> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (AgentStatus status in _session.WatchAsync(cancellationToken))
        {
            yield return MachineReader.Read(status);
        }
    }

    /// <summary>Leaves the mesh. A session of this process ends with that; an agent's stays out until it is told to register.</summary>
    /// <param name="reason">Why, for the plane's audit log.</param>
    /// <param name="propagationDelay">How long the sidecar serves on; null for what the plane says.</param>
    /// <param name="told">Told of each step.</param>
    /// <param name="cancellationToken">Ends the waiting, not the leaving.</param>
    public async Task<MachineStatus> UnregisterAsync(
        string? reason,
        TimeSpan? propagationDelay,
        Action<MachineStep> told,
        CancellationToken cancellationToken)
    {
        var request = new UnregisterRequest { Reason = reason ?? "", PropagationDelay = propagationDelay?.ToDuration() };
        AgentStatus status = await _session.UnregisterAsync(request, step => told(MachineReader.Read(step)), cancellationToken);
        if (_isOurs)
        {
            await ProcessSessions.RemoveAsync(_stateDirectory);
        }

        return MachineReader.Read(status);
    }

    /// <summary>Starts the sidecar.</summary>
    /// <param name="wait">Wait until it is ready.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public async Task<MachineSidecar> StartSidecarAsync(bool wait, CancellationToken cancellationToken) =>
        Read(await _session.StartSidecarAsync(new StartSidecarRequest { NoWait = !wait }, cancellationToken));

    /// <summary>Stops the sidecar until it is started again.</summary>
    /// <param name="drain">How long it may drain; null for the configured time.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public async Task<MachineSidecar> StopSidecarAsync(TimeSpan? drain, CancellationToken cancellationToken) =>
        Read(await _session.StopSidecarAsync(new StopSidecarRequest { Drain = drain?.ToDuration() }, cancellationToken));

    /// <summary>Stops the sidecar and starts it again.</summary>
    /// <param name="drain">How long it may drain; null for the configured time.</param>
    /// <param name="wait">Wait until it is ready.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public async Task<MachineSidecar> RestartSidecarAsync(TimeSpan? drain, bool wait, CancellationToken cancellationToken) =>
        Read(await _session.RestartSidecarAsync(new RestartSidecarRequest { Drain = drain?.ToDuration(), NoWait = !wait }, cancellationToken));

    /// <summary>Lets go of the way to an agent; a session of this process stays.</summary>
    public ValueTask DisposeAsync() => _isOurs ? ValueTask.CompletedTask : _session.DisposeAsync();

    private static async Task<LocalMachine> FindAgentAsync(string? stateDirectory, CancellationToken cancellationToken)
    {
        string directory = stateDirectory ?? LocalPaths.ServiceState;
        var client = new ControlClient(ControlSocket.PathFor(directory));
        try
        {
            await client.GetStatusAsync(cancellationToken);
            return new LocalMachine(client, directory, isOurs: false);
        }
        catch (OnboardingException e) when (e.ErrorId == ErrorIds.AgentNotRunning)
        {
            await client.DisposeAsync();
            throw new OnboardingException(
                ErrorIds.NotRegistered,
                $"This machine isn't in the mesh: this process owns no session{(stateDirectory is null ? "" : $" in {stateDirectory}")}, and no agent answers on {client.Path}.",
                $"Register-MeshWorkload -ConfigurationPath FILE; or, for the agent of this machine: {AgentService.HowToStart}",
                e);
        }
        catch
        {
            await client.DisposeAsync();
            throw;
        }
    }

    private async Task<bool> IsNamedAsync(string name, CancellationToken cancellationToken)
    {
        AgentStatus status = await _session.GetStatusAsync(cancellationToken);
        return name.Equals(status.Registration, StringComparison.OrdinalIgnoreCase) || name.Equals(status.WorkloadGroup, StringComparison.OrdinalIgnoreCase);
    }

    private MachineSidecar Read(MeshSidecar sidecar) => MachineReader.Read(sidecar, _stateDirectory);
}
