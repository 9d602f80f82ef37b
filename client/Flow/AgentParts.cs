using Microsoft.Extensions.Logging;
using Onboarding.Api.Configuration;
using Onboarding.Api.Meta;
using Onboarding.Api.Registration;
using Onboarding.Client.Credentials;
using Onboarding.Client.Credentials.Platforms;
using Onboarding.Client.HostInformation;
using Onboarding.Client.Sidecar;
using Onboarding.Client.Sidecar.Istio;
using Onboarding.Client.State;

namespace Onboarding.Client.Flow;

/// <summary>Makes what the AgentConfiguration asks for.</summary>
internal static class AgentParts
{
    // Shared with the agent's own streams; opened by name, a socket (the journal's) behind them would refuse.
    private static readonly string[] OwnStreams = ["/dev/stdout", "/dev/stderr"];

    /// <summary>The credential sources, in their order.</summary>
    public static CredentialChain Credentials(OnboardingAgentOptions options)
    {
        HostEnvironment host = options.Agent.Host;
        return new CredentialChain(host.Custom is { } custom
            ? [.. custom.Credential.Select(source => Source(source, options))]
            : [Source(new CredentialSource { Aws = host.Aws, Auto = host.Aws is null ? new EmptyMessage() : null }, options)]);
    }

    /// <summary>What knows the host's addresses.</summary>
    public static IHostInfoSource Host(OnboardingAgentOptions options)
    {
        HostInfoSource? source = options.Agent.Host.Custom?.Hostinfo;
        if (source?.Plugin is { } plugin)
        {
            return new PluginHostInfoSource(plugin, Runner(options));
        }

        var own = new BasicHostInfoSource(source?.Basic?.NetworkInterfaces ?? new NetworkInterfaceFilter(), HostInterface.All);

        // Only who is to be reached over the internet needs an address there.
        return options.Onboarding.Settings is { ConnectedOver: AddressType.Internet }
            ? new Ec2HostInfoSource(own, options.Platform, options.TimeProvider)
            : own;
    }

    /// <summary>The sidecar.</summary>
    public static SidecarProgram Sidecar(OnboardingAgentOptions options)
    {
        SidecarConfiguration sidecar = options.Agent.Sidecar;
        SidecarProgram program = sidecar.Command is { } command
            ? new SidecarProgram(command.Path)
            {
                Kind = IsProbe(command.Path) ? "Probe" : "Command",
                Certificates = IsProbe(command.Path) && command.Readiness is { } p ? new Uri($"http://127.0.0.1:{p.Port}/certs") : null,
                Arguments = command.Args,
                Environment = command.Env.GroupBy(e => e.Name).ToDictionary(e => e.Key, e => e.Last().Value),
                Readiness = command.Readiness is { } r ? new Uri($"http://127.0.0.1:{r.Port}{r.Path}") : null,
                ReadVersionAsync = _ => Task.FromResult(options.AgentVersion),
            }
            : IstioSidecar.Program("/", sidecar.Istio?.Revision, options.StateDirectory, options.LoggerFactory.CreateLogger<IstioHost>(), options.TimeProvider);
        // Not the agent's own streams: a start of Istio's prints 238 lines, into the agent's log or the console of a PowerShell session.
        var own = new SidecarLogFile(Path.Combine(options.WorkloadDirectory, SidecarLogFile.OwnName), IsRotated: true);
        SidecarLogFile? output = File(sidecar.Stdout, own);
        SidecarLogFile? errors = File(sidecar.Stderr, own);
        return program with
        {
            StandardOutput = output?.Path,
            StandardError = errors?.Path,
            FindLogs = () => [.. new[] { output, errors }.OfType<SidecarLogFile>().Distinct(), .. program.Logs],
            OwnerLock = options.OwnerKind == OnboardingAgentOptions.Service ? null : StateDirectory.LockIn(options.StateDirectory),
        };
    }

    private static bool IsProbe(string path) => Path.GetFileNameWithoutExtension(path) == "mesh-sidecar-probe";

    private static ICredentialSource Source(CredentialSource source, OnboardingAgentOptions options)
    {
        var sources = new PlatformSources(options);
        return source switch
        {
            { Plugin: { } plugin } => new PluginCredentialSource(plugin, Runner(options)),
            { Aws.Ec2: not null } => sources.Of(Platform.AwsEc2),
            { Aws.Ecs: not null } => sources.Of(Platform.AwsEcs),
            _ => ConfiguredSources.Of(source, options) ?? new AutoCredentialSource(
                new PlatformDetector(options.Platform, options.TimeProvider), sources.Of, options.LoggerFactory.CreateLogger<AutoCredentialSource>()),
        };
    }

    private static SidecarLogFile? File(SidecarOutput? output, SidecarLogFile own) =>
        output?.Filename is not { } name ? own
        : OwnStreams.Contains(name) ? null
        : new SidecarLogFile(Path.GetFullPath(name), IsRotated: false);

    private static PluginRunner Runner(OnboardingAgentOptions options) =>
        new(options.Agent.Settings.Connection, options.TimeProvider, options.LoggerFactory.CreateLogger<PluginRunner>());
}
