namespace Onboarding.Kubernetes;

/// <summary>What the API server says about a token (<c>authentication.k8s.io/v1 TokenReview.status</c>).</summary>
public sealed record TokenReviewResult
{
    /// <summary>True if the token is good for (one of) the audiences asked about.</summary>
    public required bool Authenticated { get; init; }

    /// <summary>Whose it is, e.g. <c>system:serviceaccount:bookinfo:ratings</c>.</summary>
    public string? Username { get; init; }

    /// <summary>Uid of the user.</summary>
    public string? Uid { get; init; }

    /// <summary>Groups of the user.</summary>
    public IReadOnlyList<string> Groups { get; init; } = [];

    /// <summary>What else the server knows of the user, e.g. <c>authentication.kubernetes.io/pod-name</c>.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Extra { get; init; } = new Dictionary<string, IReadOnlyList<string>>();

    /// <summary>The audiences asked about that the token is good for. Empty: the server didn't check audiences, and the caller must not trust it for one.</summary>
    public IReadOnlyList<string> Audiences { get; init; } = [];

    /// <summary>Why the token isn't accepted.</summary>
    public string? Error { get; init; }
}
