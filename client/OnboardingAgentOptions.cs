using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Onboarding.Api.Configuration;
using Onboarding.Client.Credentials.Platforms;
using Onboarding.Client.Events;
using Onboarding.Client.Keys;

namespace Onboarding.Client;

/// <summary>What an <see cref="OnboardingAgent"/> runs with.</summary>
public sealed partial record OnboardingAgentOptions
{
    /// <summary>The <see cref="OwnerKind"/> of the agent service.</summary>
    public const string Service = "service";

    /// <summary>Where the plane is, and which group to join.</summary>
    public required OnboardingConfiguration Onboarding { get; init; }

    /// <summary>
    /// Certificates of the authorities to trust, PEM, where <see cref="Onboarding"/> has no <c>tls.caFile</c>; null: the machine's
    /// (<see cref="Configuration.ConfigurationVariables.RootCertificates"/>).
    /// </summary>
    public string? RootCertificates { get; init; }

    /// <summary>How this machine proves who it is, and what its sidecar is.</summary>
    public AgentConfiguration Agent { get; init; } = new();

    /// <summary>Where key and state are kept.</summary>
    public string StateDirectory { get; init; } = State.StateDirectory.DefaultPath;

    /// <summary>The group's part of the state directory.</summary>
    internal string WorkloadDirectory =>
        Path.Combine(StateDirectory, "workloads", $"{Onboarding.WorkloadGroup.Namespace}.{Onboarding.WorkloadGroup.Name}");

    /// <summary>What this process is, told to anyone else who wants the state directory: <c>service</c>, <c>PowerShell</c>.</summary>
    public string OwnerKind { get; init; } = Service;

    /// <summary>False to leave the sidecar alone until someone asks for it; an agent service starts it by itself.</summary>
    public bool StartSidecar { get; init; } = true;

    /// <summary>The agent's version, as it registers.</summary>
    public string AgentVersion { get; init; } = "v0.1.0";

    /// <summary>Where the machine's id is.</summary>
    public string MachineIdPath { get; init; } = AgentKeyStore.MachineIdPath;

    /// <summary>What the machine tells of the cloud it runs in.</summary>
    public PlatformEnvironment Platform { get; init; } = new();

    /// <summary>The socket of the unit that runs plugins; null: they are processes of this one.</summary>
    internal string? PluginSocket { get; init; }

    /// <summary>Told of each event, in their order, on any thread; it only takes a note.</summary>
    internal IProgress<OnboardingStep>? Progress { get; init; }

    /// <summary>Where to log.</summary>
    public ILoggerFactory LoggerFactory { get; init; } = NullLoggerFactory.Instance;

    /// <summary>The clock.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>Numbers from 0 (inclusive) to 1 (exclusive), for the waits between attempts.</summary>
    public Func<double> Random { get; init; } = System.Random.Shared.NextDouble;
}
