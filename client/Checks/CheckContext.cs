using System.Net;
using Onboarding.Api.Configuration;
using Onboarding.Api.Rpc;
using Onboarding.Client.Channel;
using Onboarding.Client.Credentials;
using Onboarding.Client.Sidecar;
using Onboarding.Client.Sidecar.Istio;
using Onboarding.Client.Sidecar.Istio.Redirection;

namespace Onboarding.Client.Checks;

/// <summary>What checks look at, and what earlier ones found for later ones.</summary>
internal sealed record CheckContext(OnboardingAgentOptions Options, SidecarProgram Sidecar)
{
    public OnboardingEndpoint Endpoint => Options.Onboarding.OnboardingEndpoint;

    public TimeProvider Time => Options.TimeProvider;

    /// <summary>Root of the file system; <c>/</c> but for tests.</summary>
    public string Root { get; init; } = "/";

    /// <summary>The workload's part of the state directory, which needn't be there.</summary>
    public string WorkloadDirectory => Options.WorkloadDirectory;

    /// <summary>True for Istio's own sidecar, which redirects this machine's traffic.</summary>
    public bool IsIstio => Sidecar.Kind == IstioSidecar.Kind;

    /// <summary>The sidecar process that an agent keeps running here; null if none runs.</summary>
    public ProcessIdentity? RunningSidecar =>
        new SidecarRecordFile(WorkloadDirectory).Read() is { } record && new ProcessIdentity(record.ProcessId, record.StartTime) is { IsAlive: true } running
            ? running
            : null;

    /// <summary>What Istio's start script sources on this machine.</summary>
    public SidecarEnvironment SidecarEnvironment => SidecarEnvironment.Installed(Root);

    /// <summary>The plane is asked with the key of this machine's agent, not with one made for the occasion.</summary>
    public bool HasOwnKey { get; set; }

    /// <summary>Set once the plane's certificate was looked at.</summary>
    public PlaneClient? Plane { get; set; }

    /// <summary>What the plane said of itself.</summary>
    public Plane? Found { get; set; }

    /// <summary>The credential a source gave.</summary>
    public Credential? Credential { get; set; }
}

/// <summary>Addresses of sockets for people.</summary>
internal static class EndPointText
{
    /// <summary>As people write it: a socket for both families shows IPv4 as mapped into IPv6.</summary>
    public static string Format(EndPoint? endpoint) => endpoint is IPEndPoint { Address.IsIPv4MappedToIPv6: true } mapped
        ? new IPEndPoint(mapped.Address.MapToIPv4(), mapped.Port).ToString()
        : endpoint?.ToString() ?? "";
}
