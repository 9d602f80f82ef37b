using System.Diagnostics;
using System.Reflection;
using Onboarding.Api.Configuration;
using Onboarding.Api.Control;
using Onboarding.Client.Control;
using Onboarding.Client.Credentials.Files;
using Onboarding.Client.Errors;
using Onboarding.Client.Events;
using Onboarding.Client.Logging;
using Onboarding.Client.Ownership;
using Onboarding.Client.Processes;

namespace Onboarding.Client.Local;

/// <summary>A join that is known what it would do, and then done.</summary>
public sealed class MachineJoin
{
    private readonly JoinRequest _request;
    private readonly JoinConfiguration _configuration;
    private readonly SessionOwnership _ownership;
    private readonly SessionOwner _owner;
    private readonly string _stateDirectory;

    private MachineJoin(
        JoinRequest request,
        JoinConfiguration configuration,
        SessionOwnership ownership,
        SessionOwner owner,
        string stateDirectory)
    {
        _request = request;
        _configuration = configuration;
        _ownership = ownership;
        _owner = owner;
        _stateDirectory = stateDirectory;
    }

    /// <summary>What is joined, and where.</summary>
    public string Target =>
        $"{_configuration.Onboarding.WorkloadGroup} (plane https://{_configuration.Onboarding.OnboardingEndpoint.Host}:{_configuration.Onboarding.OnboardingEndpoint.Port})";

    /// <summary>How.</summary>
    public string Action => (Existing, _owner) switch
    {
        (not null, _) => _request.Force ? "Leave the mesh, and join it again from this PowerShell process" : "Join the mesh in the session of this PowerShell process",
        (_, SessionOwner.Agent) => "Join the mesh through the agent service",
        (_, SessionOwner.StoppedService) => "Start service onboarding-agent, and join the mesh through it",
        _ => "Join the mesh from this PowerShell process",
    };

    /// <summary>What would be made in the cluster and on this machine, as far as it is known without asking anybody.</summary>
    public string Plan() => (Existing, _owner, _request.Force) switch
    {
        (not null, _, false) => "The machine is in the mesh already: nothing would be made.",
        (_, SessionOwner.Agent or SessionOwner.StoppedService, _) =>
            JoinPlan.Describe(_configuration.Onboarding, Options((_, _) => { }) with { StateDirectory = _request.StateDirectory ?? LocalPaths.ServiceState }, _request.StartSidecar)
            + (UnusedParameters.ByService(_request) is { } unused ? $"{Environment.NewLine}{unused}" : ""),
        _ => JoinPlan.Describe(_configuration.Onboarding, Options((_, _) => { }), _request.StartSidecar),
    };

    private OnboardingAgent? Existing => ProcessSessions.Find(_stateDirectory);

    /// <summary>Reads the configuration and finds who owns this machine's session. Calls no plane.</summary>
    /// <param name="request">What to join.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="OnboardingException">Configuration or ownership doesn't allow it.</exception>
    public static async Task<MachineJoin> PrepareAsync(JoinRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        LocalPaths.RequireLinux();
        JoinConfiguration configuration = JoinConfiguration.Read(request);
        string own = request.StateDirectory ?? LocalPaths.OwnState;
        var ownership = new SessionOwnership(new Systemd(), TimeProvider.System);
        SessionOwner owner = ProcessSessions.Find(own) is not null && request.Preference != SessionPreference.Service
            ? new SessionOwner.None()
            : await ownership.FindAsync(request.StateDirectory ?? LocalPaths.ServiceState, request.Preference, cancellationToken);
        return new MachineJoin(request, configuration, ownership, owner, own);
    }

    /// <summary>Joins, and waits until the session is established.</summary>
    /// <param name="told">Told of each step.</param>
    /// <param name="warn">Told what someone should know.</param>
    /// <param name="log">Takes the client's log lines.</param>
    /// <param name="cancellationToken">
    /// Ends the waiting where a service owns the session; where this process would, the join is taken back.
    /// </param>
    /// <exception cref="OnboardingException">What went wrong.</exception>
    public async Task<JoinedMachine> RunAsync(
        Action<MachineStep> told,
        Action<string> warn,
        Action<LogSeverity, string> log,
        CancellationToken cancellationToken)
    {
        long started = Stopwatch.GetTimestamp();
        RegisterRequest request = Expected();
        void Tell(Step step)
        {
            if (step.Id == (int)OnboardingPhase.SidecarNotice)
            {
                warn(step.Message);
            }
            else
            {
                told(MachineReader.Read(step));
            }
        }

        try
        {
            AgentStatus status = _owner switch
            {
                SessionOwner.Agent agent => await HandOverAsync(agent.Client, request, Tell, warn, cancellationToken),
                SessionOwner.StoppedService =>
                    await HandOverAsync(await _ownership.StartServiceAsync(cancellationToken), request, Tell, warn, cancellationToken),
                _ => await OwnAsync(request, Tell, warn, log, cancellationToken),
            };
            return new JoinedMachine(MachineReader.Read(status), Stopwatch.GetElapsedTime(started));
        }
        catch (OnboardingException e)
        {
            throw RefusalText.ForGroup(e, _configuration.Onboarding.WorkloadGroup.ToString());
        }
    }

    private async Task<AgentStatus> HandOverAsync(
        ControlClient client,
        RegisterRequest request,
        Action<Step> told,
        Action<string> warn,
        CancellationToken cancellationToken)
    {
        await using (client)
        {
            // Before the call: where it fails, that may be why.
            if (UnusedParameters.ByService(_request) is { } unused)
            {
                warn(unused);
            }

            if (_request.Force)
            {
                await client.UnregisterAsync(new UnregisterRequest { Reason = "registers again" }, told, cancellationToken);
            }

            return await client.RegisterAsync(request, told, cancellationToken);
        }
    }

    private async Task<AgentStatus> OwnAsync(
        RegisterRequest request,
        Action<Step> told,
        Action<string> warn,
        Action<LogSeverity, string> log,
        CancellationToken cancellationToken)
    {
        if (Existing is { } existing)
        {
            if (!_request.Force)
            {
                if (UnusedParameters.ByExistingSession(_request) is { } unused)
                {
                    warn(unused);
                }

                return await existing.RegisterAsync(request, told, cancellationToken);
            }

            await existing.UnregisterAsync(new UnregisterRequest { Reason = "registers again" }, told, cancellationToken);
            await ProcessSessions.RemoveAsync(_stateDirectory);
        }

        if (_request.Token is { } token)
        {
            JoinTokenFile.Write(_stateDirectory, token.Reveal());
        }

        OnboardingAgent agent = OnboardingAgent.Open(Options(log));
        AgentStatus status;
        try
        {
            status = await agent.RegisterAsync(request, told, cancellationToken);
        }
        catch
        {
            // No one would keep the session: whatever of it is in the cluster goes, and the state directory is free again.
            await GiveUpAsync(agent, log);
            throw;
        }

        ProcessSessions.Add(_stateDirectory, agent);
        string grace = status.GracePeriod is { } period ? StatusWords.Span(period.ToTimeSpan()) : "its grace period";
        warn(
            $"No agent service on this machine. The session lives in this PowerShell process (pid {Environment.ProcessId}); if it ends, the plane removes the workload after {grace}. {AgentService.HowToKeep}.");
        return status;
    }

    private async Task GiveUpAsync(OnboardingAgent agent, Action<LogSeverity, string> log)
    {
        try
        {
            await agent.UnregisterAsync(
                new UnregisterRequest { Reason = "the join was given up", PropagationDelay = new Google.Protobuf.WellKnownTypes.Duration() }, null, CancellationToken.None);
        }
        catch (Exception e) when (e is OnboardingException or IOException or UnauthorizedAccessException)
        {
            // What went wrong first is what is told.
            log(LogSeverity.Warning, $"The join couldn't be taken back: {e.Message}");
        }
        finally
        {
            await agent.DisposeAsync();
            if (_request.Token is not null)
            {
                File.Delete(JoinTokenFile.PathIn(_stateDirectory));
            }
        }
    }

    private OnboardingAgentOptions Options(Action<LogSeverity, string> log) => new()
    {
        Onboarding = _configuration.Onboarding,
        Agent = _configuration.Agent,
        StateDirectory = _stateDirectory,
        OwnerKind = ProcessSessions.OwnerKind,
        StartSidecar = false,
        AgentVersion = $"v{typeof(MachineJoin).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0.0.0"}",
        // The steps are told already; what else the client logs are details.
        LoggerFactory = new DelegateLoggerFactory((_, line) => log(LogSeverity.Debug, line)),
    };

    private RegisterRequest Expected()
    {
        OnboardingConfiguration configuration = _configuration.Onboarding;
        return new RegisterRequest
        {
            Namespace = configuration.WorkloadGroup.Namespace,
            WorkloadGroup = configuration.WorkloadGroup.Name,
            EndpointHost = configuration.OnboardingEndpoint.Host,
            EndpointPort = configuration.OnboardingEndpoint.Port,
            StartSidecar = _request.StartSidecar,
            ComeBack = _request.Force,
        };
    }
}

/// <summary>A machine that joined.</summary>
/// <param name="Status">How it is.</param>
/// <param name="Elapsed">How long it took.</param>
public sealed record JoinedMachine(MachineStatus Status, TimeSpan Elapsed);
