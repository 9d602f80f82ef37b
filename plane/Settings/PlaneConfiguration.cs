using System.Collections.Frozen;
using System.Text.Json.Nodes;
using Onboarding.Api;
using Onboarding.Api.Install;
using Onboarding.Kubernetes;
using Onboarding.Plane.Cluster;
using Onboarding.Plane.Refusals;

namespace Onboarding.Plane.Settings;

/// <summary>
/// Keeps the plane's configuration as its OnboardingPlane says. A broken edit changes nothing: the last good configuration stays
/// in force, and the log says what is wrong with the new one.
/// </summary>
internal sealed partial class PlaneConfiguration
{
    private readonly KubernetesClient _client;
    private readonly ClusterState _cluster;
    private readonly ILogger _logger;
    private volatile PlaneSettings? _current;

    public PlaneConfiguration(
        KubernetesClient client,
        ClusterState cluster,
        ILogger<PlaneConfiguration> logger)
    {
        _client = client;
        _cluster = cluster;
        _logger = logger;
        cluster.Planes.Changed += change =>
        {
            if (change.Type != WatchEventType.Deleted && change.Resource.Metadata.Name == OnboardingPlane.DefaultName)
            {
                Take(change.Resource);
            }
        };
    }

    /// <summary>Another configuration is in force. Raised by one thread, one change after the other.</summary>
    public event Action<PlaneSettings>? Changed;

    /// <summary>The configuration in force; null before there is one.</summary>
    public PlaneSettings? Current => _current;

    /// <summary>The configuration in force.</summary>
    /// <exception cref="RefusedException">There is none yet.</exception>
    public PlaneSettings Required => _current ?? throw Refuse.Unavailable(
        Reasons.PlaneNotReady,
        $"The plane isn't configured: it needs an OnboardingPlane {_cluster.PlaneNamespace}/{OnboardingPlane.DefaultName} without errors.",
        TimeSpan.FromSeconds(5));

    /// <summary>Makes the plane's uid, once for all replicas, where the configuration doesn't say it.</summary>
    public async Task EnsureUidAsync(CancellationToken cancellationToken)
    {
        OnboardingPlane? plane = _cluster.Planes.Get(_cluster.PlaneNamespace, OnboardingPlane.DefaultName);
        if (plane?.Spec is null || plane.Spec.Uid is not null || plane.Status?.Uid is not null)
        {
            return;
        }

        // With the resourceVersion: of two replicas that make one at the same time, one loses, and takes the other's.
        var body = new JsonObject
        {
            ["metadata"] = new JsonObject { ["resourceVersion"] = plane.Metadata.ResourceVersion },
            ["status"] = new JsonObject { ["uid"] = Guid.NewGuid().ToString() },
        };
        try
        {
            Take(await _client.PatchAsync<OnboardingPlane>(
                _cluster.PlaneNamespace, OnboardingPlane.DefaultName, V1Patch.Merge(body), new PatchOptions { Subresource = "status" }, cancellationToken));
        }
        catch (KubernetesException e) when (e.IsConflict || e.IsNotFound)
        {
            LogUidRace(_logger);
        }
    }

    private void Take(OnboardingPlane plane)
    {
        if (plane.Spec is not { } spec)
        {
            LogInvalid(_logger, string.Join("; ", plane.Problems.Select(p => $"{p.Path}: {p.Message}")), _current is not null);
            return;
        }

        if ((spec.Uid ?? plane.Status?.Uid) is not { Length: > 0 } uid)
        {
            return;
        }

        FrozenDictionary<string, JwtIssuerSettings> issuers = Issuers(spec);
        var settings = new PlaneSettings(uid, spec, issuers);
        _current = settings;
        Changed?.Invoke(settings);
        LogInForce(_logger, uid, issuers.Count);
    }

    private FrozenDictionary<string, JwtIssuerSettings> Issuers(OnboardingPlaneSpec spec)
    {
        var issuers = new Dictionary<string, JwtIssuerSettings>(StringComparer.Ordinal);
        foreach (JwtIssuer issuer in spec.Workloads.Authentication.Jwt?.Issuers ?? [])
        {
            try
            {
                issuers[issuer.Issuer] = JwtIssuerSettings.From(issuer);
            }
            catch (FormatException e)
            {
                LogIssuer(_logger, issuer.Issuer, e.Message);
            }
        }

        return issuers.ToFrozenDictionary(StringComparer.Ordinal);
    }

    [LoggerMessage(4010, LogLevel.Information, "The plane's configuration is in force: uid {Uid}, {Issuers} JWT issuers")]
    private static partial void LogInForce(ILogger logger, string uid, int issuers);

    [LoggerMessage(4011, LogLevel.Warning, "The OnboardingPlane has errors: {Problems}. An earlier configuration stays in force: {HasEarlier}")]
    private static partial void LogInvalid(ILogger logger, string problems, bool hasEarlier);

    [LoggerMessage(4012, LogLevel.Warning, "Issuer {Issuer} is left out: its tokenFields.attributes.jsonPath can't be read: {Problem}")]
    private static partial void LogIssuer(ILogger logger, string issuer, string problem);

    [LoggerMessage(4013, LogLevel.Debug, "Another replica changed the OnboardingPlane first; its uid counts")]
    private static partial void LogUidRace(ILogger logger);
}

/// <summary>The configuration in force.</summary>
/// <param name="Uid">Identifies the plane: the audience of every credential.</param>
/// <param name="Spec">The rest of it.</param>
/// <param name="JwtIssuers">The issuers it trusts, by name: those of <paramref name="Spec"/> that could be read.</param>
internal sealed record PlaneSettings(string Uid, OnboardingPlaneSpec Spec, FrozenDictionary<string, JwtIssuerSettings> JwtIssuers);
