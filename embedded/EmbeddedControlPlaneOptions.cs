using Microsoft.Extensions.Logging.Abstractions;
using Onboarding.Embedded.Rbac;

namespace Onboarding.Embedded;

/// <summary>Settings of an embedded control plane.</summary>
public sealed record EmbeddedControlPlaneOptions
{
    /// <summary>Directory that holds everything the control plane keeps: database, keys, kubeconfig. Created with mode 0700.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>Port of the Kubernetes API on 127.0.0.1; 0 takes any free port.</summary>
    public int ApiPort { get; init; } = 16443;

    /// <summary>Port of the istiod stand-in on 127.0.0.1; 0 takes any free port.</summary>
    public int IstiodPort { get; init; } = 15012;

    /// <summary>
    /// Changes that a watch can resume over, at least; a watch from before them gets 410. A watcher that falls twice as far behind
    /// is cut off.
    /// </summary>
    public int WatchHistory { get; init; } = 10_000;

    /// <summary>The clock.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>Told each request that a rule allowed: who, what, and the rule. For tests of roles.</summary>
    internal Action<string, AccessQuestion, PolicyRule>? Allowed { get; init; }

    /// <summary>Where logs go.</summary>
    public ILoggerFactory LoggerFactory { get; init; } = NullLoggerFactory.Instance;
}
