using System.Text.Json.Nodes;
using Onboarding.Api.Meta;
using Onboarding.Api.Reading;
using Onboarding.Kubernetes;
using Onboarding.Operator.Loops;
using Onboarding.Operator.Planes;
using Onboarding.Operator.Roles;
using Onboarding.Plane.Cluster;

namespace Onboarding.Operator.Install;

/// <summary>
/// Keeps in the plane's namespace what the OnboardingPlane says. What it makes is owned by the plane: when that is deleted, Kubernetes deletes
/// the rest, and no finalizer could keep anything from going where the operator went first.
/// </summary>
internal sealed partial class EndpointInstaller : Reconciler
{
    private static readonly TimeSpan WhileProgressing = TimeSpan.FromSeconds(2);

    private readonly ClusterState _cluster;
    private readonly PlaneConditions _conditions;
    private readonly ObjectWriter _objects;
    private readonly RoleReview _roles;
    private readonly InstallSettings _settings;
    private readonly ILogger _logger;

    public EndpointInstaller(
        ClusterState cluster, PlaneConditions conditions, ObjectWriter objects, RoleReview roles, InstallSettings settings, ILogger<EndpointInstaller> logger)
    {
        _cluster = cluster;
        _conditions = conditions;
        _objects = objects;
        _roles = roles;
        _settings = settings;
        _logger = logger;
        cluster.Planes.Changed += _ => Wake();
        cluster.TokenKeySecrets.Changed += _ => Wake();
        if (settings.EndpointImage is not null)
        {
            cluster.Policies.Changed += _ => Wake();
        }
    }

    public override string Name => "install the endpoint";

    public override TimeSpan Period { get; } = TimeSpan.FromSeconds(30);

    public override bool CanSee => _cluster.Planes.IsConnected && _cluster.TokenKeySecrets.IsConnected;

    private V1Condition? ProblemOfKeys => InstallConditions.FromTokenKeys(
        _cluster.TokenKeySecrets.Get(_cluster.PlaneNamespace, ClusterState.TokenKeysSecret), _cluster.PlaneNamespace);

    public override void Forget() => _roles.Forget();

    public override async Task<ReconcileResult> ReconcileAsync(CancellationToken cancellationToken)
    {
        if (_conditions.Plane is not { Metadata.DeletionTimestamp: null } plane)
        {
            return ReconcileResult.Done;
        }

        List<V1Condition> observed = [];
        if (_settings.EndpointImage is not { } image)
        {
            observed.Add(InstallConditions.OfPlane(plane.Problems));
            observed.Add(ProblemOfKeys ?? InstallConditions.KeysPresent);
        }
        else
        {
            (InstallInputs? inputs, IReadOnlyList<Problem> problems) = InstallInputs.Read(plane, _settings.Version, image);
            observed.Add(InstallConditions.OfPlane(problems));
            observed.Add(await ReviewRolesAsync(cancellationToken));
            observed.AddRange(inputs is null ? [] : await InstallAsync(inputs, cancellationToken));
        }

        try
        {
            foreach (V1Condition news in await _conditions.WriteAsync(plane, observed, cancellationToken))
            {
                LogCondition(_logger, news.Type, news.Status, news.Reason, news.Message);
            }
        }
        catch (KubernetesException e) when (e.IsConflict || e.IsNotFound)
        {
            return new ReconcileResult(LeaderLoop.MinimumPause);
        }

        return observed.Any(c => c is { Type: InstallConditions.Progressing, Status: "True" } or { Type: InstallConditions.Ready, Status: "False" })
            ? new ReconcileResult(WhileProgressing)
            : ReconcileResult.Done;
    }

    private async Task<IReadOnlyList<V1Condition>> InstallAsync(InstallInputs inputs, CancellationToken cancellationToken)
    {
        JsonObject? deployment = null;
        foreach (InstalledObject wanted in DesiredObjects.Create(inputs))
        {
            try
            {
                JsonObject? existing = await _objects.ReadAsync(inputs.Namespace, wanted, cancellationToken);
                if (existing is not null && !ObjectWriter.IsOwned(existing, inputs.Plane.Metadata.Uid))
                {
                    if (wanted.Content is null)
                    {
                        continue;
                    }

                    return [InstallConditions.NotReady(
                        "NotOurs",
                        $"There is a {wanted} that this OnboardingPlane didn't make, and the operator won't take it over. "
                        + $"See whose it is with: kubectl -n {inputs.Namespace} get {wanted.Kind.Plural} {wanted.Name} -o yaml")];
                }

                if (wanted.Content is not null)
                {
                    JsonObject stored = await _objects.ApplyAsync(inputs.Namespace, wanted, cancellationToken);
                    deployment = wanted.Kind == InstalledKind.Deployment ? stored : deployment;
                }
                else if (existing is not null)
                {
                    await _objects.DeleteAsync(inputs.Namespace, wanted, existing, cancellationToken);
                }
            }
            catch (KubernetesException e) when (e.IsNotFound)
            {
                return [InstallConditions.NotReady("KindMissing", $"The cluster has no {wanted.Kind.ApiVersion} {wanted.Kind.Name}. Install what brings it, or take it out of the plane. Next: kubectl api-resources --api-group={wanted.Kind.Group}")];
            }
            catch (KubernetesException e) when ((int)e.HttpStatusCode is 403 or 422)
            {
                return [InstallConditions.NotReady((int)e.HttpStatusCode == 403 ? "NotPermitted" : "Refused", $"{wanted}: {e.Message}")];
            }
        }

        (V1Condition ready, V1Condition progressing) = InstallConditions.OfDeployment(deployment!, inputs.Endpoint.SecretName);

        // An empty one is filled by an endpoint: why none runs says more than that it is empty.
        return [ProblemOfKeys is { Reason: not InstallConditions.TokenKeysEmpty } problem ? problem : ready, progressing];
    }

    private async Task<V1Condition> ReviewRolesAsync(CancellationToken cancellationToken)
    {
        IReadOnlyList<(string Namespace, RoleGrant Missing)> missing = await _roles.ReviewAsync(cancellationToken);
        return InstallConditions.OfRoles([.. missing.Select(m => (m.Namespace, $"{m.Missing.Verb} {m.Missing.Resource}", _roles.CommandFor(m.Namespace)))]);
    }

    [LoggerMessage(7010, LogLevel.Information, "OnboardingPlane: {Condition} is {Status} ({Reason}): {Message}")]
    private static partial void LogCondition(ILogger logger, string condition, string status, string? reason, string? message);
}

/// <summary>How the operator installs.</summary>
/// <param name="EndpointImage">Image of the endpoint where the plane doesn't say which; null: endpoints are run by other means, and it only says whether the plane has errors.</param>
/// <param name="Version">Version of this program, which is that of its images.</param>
internal sealed record InstallSettings(string? EndpointImage, string Version);
