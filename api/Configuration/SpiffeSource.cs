using System.Text.Json.Nodes;
using Onboarding.Api.Reading;

namespace Onboarding.Api.Configuration;

/// <summary>Ours: a SPIFFE verifiable identity document, from a SPIFFE agent or from files that one writes.</summary>
public sealed record SpiffeSource
{
    private static readonly string[] SvidNames = Enum.GetNames<SpiffeSvid>();

    /// <summary>Socket of the SPIFFE Workload API, e.g. <c>unix:///run/spire/sockets/agent.sock</c>; an SVID is fetched there for each proof.</summary>
    public string? WorkloadApi { get; init; }

    /// <summary>Which kind of SVID is fetched from <see cref="WorkloadApi"/>.</summary>
    public SpiffeSvid Svid { get; init; }

    /// <summary>File with a JWT-SVID for the plane's uid.</summary>
    public string? JwtSvidFile { get; init; }

    /// <summary>File with an X.509-SVID and the certificates above it, PEM, leaf first.</summary>
    public string? CertificateFile { get; init; }

    /// <summary>File with its key, PEM.</summary>
    public string? KeyFile { get; init; }

    internal static SpiffeSource Read(MapReader reader)
    {
        reader.OneOf(required: true, "workloadApi", "jwtSvidFile", "certificateFile");
        SpiffeSource source = new()
        {
            WorkloadApi = reader.Text("workloadApi", SourceRules.UnixSocket),
            Svid = (SpiffeSvid)(reader.Choice("svid", SvidNames) ?? 0),
            JwtSvidFile = reader.Text("jwtSvidFile", Checks.NotEmpty),
            CertificateFile = reader.Text("certificateFile", Checks.NotEmpty),
            KeyFile = reader.Text("keyFile", Checks.NotEmpty),
        };
        if ((source.CertificateFile is null) != (source.KeyFile is null))
        {
            reader.ErrorHere(ProblemReason.Required, "needs certificateFile and keyFile together");
        }

        if (reader.Has("svid") && source.WorkloadApi is null)
        {
            reader.Error("svid", ProblemReason.Unknown, "says what to fetch from workloadApi, and there is none: a file holds what it holds");
        }

        return source;
    }

    internal JsonObject ToJson() => new JsonObject()
        .With("workloadApi", WorkloadApi)
        .With("svid", Svid == SpiffeSvid.Jwt ? null : Svid.ToString())
        .With("jwtSvidFile", JwtSvidFile)
        .With("certificateFile", CertificateFile)
        .With("keyFile", KeyFile);
}

/// <summary>The kinds of SPIFFE's verifiable identity documents.</summary>
public enum SpiffeSvid
{
    /// <summary>A JWT-SVID, which the SPIFFE agent has made for the plane: good for it alone, and for minutes.</summary>
    Jwt = 0,

    /// <summary>An X.509-SVID: the agent proves that it has its key. For SPIFFE systems that don't make JWT-SVIDs.</summary>
    X509,
}

/// <summary>Rules for the addresses of credential sources.</summary>
internal static class SourceRules
{
    private const string UnixScheme = "unix://";

    /// <summary>A Unix socket.</summary>
    public static string? UnixSocket(string value) =>
        value.StartsWith(UnixScheme + "/", StringComparison.Ordinal) && value.Length > UnixScheme.Length + 1
            ? null
            : "must be a socket such as unix:///run/spire/sockets/agent.sock";
}
