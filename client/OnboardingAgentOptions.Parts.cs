using Microsoft.Extensions.Logging;
using Onboarding.Api.Configuration;
using Onboarding.Api.Meta;
using Onboarding.Api.Registration;
using Onboarding.Client.Credentials;
using Onboarding.Client.Credentials.Platforms;
using Onboarding.Client.HostInformation;
using Onboarding.Client.Native;
using Onboarding.Client.Notices;
using Onboarding.Client.PluginPart;
using Onboarding.Client.Sidecar;
using Onboarding.Client.Sidecar.Istio;
using Onboarding.Client.Sidecar.RootPart;

namespace Onboarding.Client;

/// <summary>Makes what the AgentConfiguration asks for.</summary>
public sealed partial record OnboardingAgentOptions
{
    // Shared with the agent's own streams; opened by name, a socket (the journal's) behind them would refuse.
    private static readonly string[] OwnStreams = ["/dev/stdout", "/dev/stderr"];

    /// <summary>Makes the credential sources, in their order.</summary>
    internal CredentialChain CreateCredentials()
    {
        HostEnvironment host = Agent.Host;
        return new CredentialChain(host.Custom is { } custom
            ? [.. custom.Credential.Select(CreateSource)]
            : [CreateSource(new CredentialSource { Aws = host.Aws, Auto = host.Aws is null ? new EmptyMessage() : null }, 0)]);
    }

    /// <summary>Makes what knows the host's addresses.</summary>
    internal IHostInfoSource CreateHostInfo()
    {
        HostInfoSource? source = Agent.Host.Custom?.Hostinfo;
        if (source?.Plugin is { } plugin)
        {
            return new PluginHostInfoSource(plugin, CreateRunner(0));
        }

        var own = new BasicHostInfoSource(source?.Basic?.NetworkInterfaces ?? new NetworkInterfaceFilter(), Interfaces);

        // Only who is to be reached over the internet needs an address there.
        return Onboarding.Settings is { ConnectedOver: AddressType.Internet }
            ? new Ec2HostInfoSource(own, Platform, TimeProvider)
            : own;
    }

    /// <summary>Finds where the platform says that it takes the machine away; null: it isn't asked.</summary>
    internal Func<INoticeSource?>? CreateNotices { get; init; }

    /// <summary>Finds where this machine's platform says that it takes the machine away; none where no platform is known without asking around.</summary>
    internal INoticeSource? FindNotices()
    {
        IEnumerable<CredentialSource> sources = Agent.Host.Custom?.Credential ?? [];
        Credentials.Platforms.Platform platform = sources switch
        {
            // A task is told by SIGTERM, and its host's notices aren't its own.
            _ when Platform.Variable("ECS_CONTAINER_METADATA_URI_V4") is { Length: > 0 } => Credentials.Platforms.Platform.AwsEcs,
            _ when Agent.Host.Aws?.Ec2 is not null || sources.Any(s => s.Aws?.Ec2 is not null) => Credentials.Platforms.Platform.AwsEc2,
            _ when sources.Any(s => s.Gcp is not null) => Credentials.Platforms.Platform.Gcp,
            _ when sources.Any(s => s.Azure is not null) => Credentials.Platforms.Platform.Azure,
            _ => new PlatformDetector(Platform, TimeProvider).FindByFirmware()?.Platform ?? Credentials.Platforms.Platform.None,
        };
        return platform switch
        {
            Credentials.Platforms.Platform.AwsEc2 => new Ec2NoticeSource(Platform, TimeProvider),
            Credentials.Platforms.Platform.Gcp => new GcpNoticeSource(Platform, TimeProvider),
            Credentials.Platforms.Platform.Azure => new AzureNoticeSource(Platform, TimeProvider),
            _ => null,
        };
    }

    /// <summary>The host's interfaces; tests give their own.</summary>
    internal Func<IReadOnlyList<HostInterface>> Interfaces { get; init; } = HostInterface.All;

    /// <summary>Makes what tells that the host's addresses change; tests give their own.</summary>
    internal Func<TimeProvider, AddressWatch> CreateAddressWatch { get; init; } = time => new AddressWatch(time);

    /// <summary>The sidecar that they name.</summary>
    internal SidecarProgram CreateSidecar()
    {
        SidecarConfiguration sidecar = Agent.Sidecar;
        SidecarProgram program = sidecar.Command is { } command
            ? new SidecarProgram(command.Path)
            {
                Kind = IsProbe(command.Path) ? "Probe" : "Command",
                Certificates = IsProbe(command.Path) && command.Readiness is { } p ? new Uri($"http://127.0.0.1:{p.Port}/certs") : null,
                Arguments = command.Args,
                Environment = command.Env.GroupBy(e => e.Name).ToDictionary(e => e.Key, e => e.Last().Value),
                Readiness = command.Readiness is { } r ? new Uri($"http://127.0.0.1:{r.Port}{r.Path}") : null,
                ReadVersionAsync = _ => Task.FromResult(AgentVersion),
            }
            : CreateIstio(sidecar);
        // Not the agent's own streams: a start of Istio's prints 238 lines, into the agent's log or the console of a PowerShell session.
        var own = new SidecarLogFile(Path.Combine(WorkloadDirectory, SidecarLogFile.OwnName), IsRotated: true);
        SidecarLogFile? output = LogFile(sidecar.Stdout, own);
        SidecarLogFile? errors = LogFile(sidecar.Stderr, own);
        return program with
        {
            StandardOutput = output?.Path,
            StandardError = errors?.Path,
            FindLogs = () => [.. program.StartUnitAsync is null ? new[] { output, errors }.OfType<SidecarLogFile>().Distinct() : [], .. program.Logs],
            Capture = sidecar.Capture,
            OwnerLock = OwnerKind == Service ? null : State.StateDirectory.LockIn(StateDirectory),
        };
    }

    private SidecarProgram CreateIstio(SidecarConfiguration sidecar)
    {
        SidecarProgram program = IstioSidecar.Program("/", sidecar.Istio?.Revision, StateDirectory, LoggerFactory.CreateLogger<IstioHost>(), TimeProvider);
        return OwnerKind != Service ? program
            : UnitProgram.IsNeeded ? UnitProgram.StartedAsUnit(program, StateDirectory, TimeProvider)
            : UnitProgram.CannotBeChild(LibC.EffectiveUserId(), File.ReadAllText("/proc/self/status")) ? UnitProgram.Refused(program)
            : program;
    }

    private static bool IsProbe(string path) => Path.GetFileNameWithoutExtension(path) == "mesh-sidecar-probe";

    private ICredentialSource CreateSource(CredentialSource source, int position)
    {
        var sources = new PlatformSources(this);
        return source switch
        {
            { Plugin: { } plugin } => new PluginCredentialSource(plugin, CreateRunner(position)),
            { Aws.Ec2: not null } => sources.Create(Credentials.Platforms.Platform.AwsEc2),
            { Aws.Ecs: not null } => sources.Create(Credentials.Platforms.Platform.AwsEcs),
            _ => ConfiguredSources.Create(source, this) ?? new AutoCredentialSource(
                new PlatformDetector(Platform, TimeProvider), sources.Create, LoggerFactory.CreateLogger<AutoCredentialSource>()),
        };
    }

    private static SidecarLogFile? LogFile(SidecarOutput? output, SidecarLogFile own) =>
        output?.Filename is not { } name ? own
        : OwnStreams.Contains(name) ? null
        : new SidecarLogFile(Path.GetFullPath(name), IsRotated: false);

    private PluginRunner CreateRunner(int position) => new(
        Agent.Settings.Connection,
        TimeProvider,
        LoggerFactory.CreateLogger<PluginRunner>(),
        PluginSocket is { } socket ? new PluginPartClient(socket, position, Agent.Settings.Connection.Timeout, TimeProvider).ExecuteAsync : null);
}
