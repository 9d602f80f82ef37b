namespace Onboarding.Endpoint.Authentication.Anchors;

/// <summary>Where trust anchors are kept: a directory, or a web server's.</summary>
internal interface ITrustAnchorFiles
{
    /// <summary>The place, for people.</summary>
    string Place { get; }

    /// <summary>Reads a file; null if there is none of that name.</summary>
    /// <param name="name">Its name below the place, e.g. <c>aws/eu-west-1.pem</c>.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="TrustAnchorException">It is there, or may be, and can't be read.</exception>
    Task<string?> ReadAsync(string name, CancellationToken cancellationToken);
}
