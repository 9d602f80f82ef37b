using System.Text.Json.Nodes;
using Onboarding.Api.Meta;
using Onboarding.Api.Reading;

namespace Onboarding.Api.Install;

/// <summary>Configuration of the plane. Everything has a default.</summary>
public sealed record OnboardingPlaneSpec
{
    private static readonly TimeSpan DefaultGracePeriod = TimeSpan.FromMinutes(5);
    private static readonly IReadOnlyList<string> Transports = ["Any", "Verified"];

    /// <summary>Registry of images: the operator's endpoints run <c>&lt;hub&gt;/onboarding-endpoint</c>.</summary>
    public string? Hub { get; init; }

    /// <summary>Names of pull Secrets.</summary>
    public IReadOnlyList<string> ImagePullSecrets { get; init; } = [];

    /// <summary>Identifies the plane, the audience of every credential; null: <c>status.uid</c>, made once.</summary>
    public string? Uid { get; init; }

    /// <summary>Where agents reach the plane.</summary>
    public PlaneEndpoint? Endpoint { get; init; }

    /// <summary>How onboarding tokens are issued.</summary>
    public TokenIssuerSettings TokenIssuer { get; init; } = new();

    /// <summary>Set: the plane serves packages.</summary>
    public EmptyMessage? LocalRepository { get; init; }

    /// <summary>How workloads are authenticated and leave.</summary>
    public WorkloadsSettings Workloads { get; init; } = new();

    /// <summary>Ours: what the plane asks of agents' transport security.</summary>
    public MinimumTransportSecurity MinimumTransport { get; init; }

    /// <summary>Ours: how identities are bound to keys.</summary>
    public KeyBindingSettings KeyBinding { get; init; } = new();

    /// <summary>Ours: what happens to members that no policy admits any more.</summary>
    public RevocationSettings Revocation { get; init; } = new();

    /// <summary>Ours: how long a registration outlives its agent's connection; more than 0, by default 5 min.</summary>
    public TimeSpan GracePeriod { get; init; } = DefaultGracePeriod;

    /// <summary>Ours: how boot configurations that restart sidecars reach the members.</summary>
    public RolloutSettings Rollout { get; init; } = new();

    /// <summary>How components run in the cluster, as it came: what other planes know and this one doesn't is kept.</summary>
    public JsonObject? Components { get; init; }

    /// <summary>How the endpoint runs, read from <see cref="Components"/>.</summary>
    public InstanceSettings Instance { get; init; } = new();

    internal static OnboardingPlaneSpec Read(MapReader reader) => new()
    {
        Hub = reader.OptionalText("hub", Checks.NotEmpty),
        ImagePullSecrets = [.. reader.Messages("imagePullSecrets", secret => secret.RequiredText("name"))],
        Uid = reader.Text("uid", Checks.Ascii),
        Endpoint = reader.Message("endpoint", PlaneEndpoint.Read),
        TokenIssuer = reader.Message("tokenIssuer", TokenIssuerSettings.Read) ?? new TokenIssuerSettings(),
        LocalRepository = reader.Message("localRepository", EmptyMessage.Read),
        Workloads = reader.Message("workloads", WorkloadsSettings.Read) ?? new WorkloadsSettings(),
        MinimumTransport = (MinimumTransportSecurity)(reader.Choice("minimumTransport", Transports) ?? 0),
        KeyBinding = reader.Message("keyBinding", KeyBindingSettings.Read) ?? new KeyBindingSettings(),
        Revocation = reader.Message("revocation", RevocationSettings.Read) ?? new RevocationSettings(),
        GracePeriod = reader.Duration("gracePeriod", TimeSpan.FromMilliseconds(1)) ?? DefaultGracePeriod,
        Rollout = reader.Message("rollout", RolloutSettings.Read) ?? new RolloutSettings(),
        Components = reader.Raw("components"),
        Instance = reader.Message("components", ComponentSettings.Read)?.Instance ?? new InstanceSettings(),
    };

    internal JsonObject ToJson() => new JsonObject()
        .With("hub", Hub)
        .With("imagePullSecrets", ImagePullSecrets, name => new JsonObject().With("name", name))
        .With("uid", Uid)
        .With("endpoint", Endpoint?.ToJson())
        .With("tokenIssuer", TokenIssuer.ToJson())
        .With("localRepository", EmptyMessage.ToJson(LocalRepository))
        .With("workloads", Workloads.ToJson())
        .With("minimumTransport", MinimumTransport == MinimumTransportSecurity.Any ? null : Transports[(int)MinimumTransport])
        .With("keyBinding", KeyBinding.ToJson())
        .With("revocation", Revocation.ToJson())
        .With("gracePeriod", GracePeriod == DefaultGracePeriod ? null : (TimeSpan?)GracePeriod)
        .With("rollout", Rollout.ToJson())
        .With("components", Components?.DeepClone());
}

/// <summary>Ours: what a plane asks of agents' transport security.</summary>
public enum MinimumTransportSecurity
{
    /// <summary>Nothing beyond TLS.</summary>
    Any = 0,

    /// <summary>The agent must have verified the plane's certificate.</summary>
    Verified = 1,
}
