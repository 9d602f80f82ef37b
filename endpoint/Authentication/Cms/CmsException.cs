namespace Onboarding.Endpoint.Authentication.Cms;

/// <summary>A signed message can't be read, or its signature is no good. The only error that reading one throws.</summary>
internal sealed class CmsException : Exception
{
    public CmsException(string problem, CmsProblem kind = CmsProblem.Malformed, Exception? inner = null)
        : base(problem, inner) => Kind = kind;

    /// <summary>What kind of problem it is.</summary>
    public CmsProblem Kind { get; }
}

/// <summary>What may be wrong with a signed message.</summary>
internal enum CmsProblem
{
    /// <summary>It can't be read, or has a shape that no platform's documents have.</summary>
    Malformed,

    /// <summary>It is signed by an algorithm that isn't accepted.</summary>
    Algorithm,

    /// <summary>The certificate didn't make its signature.</summary>
    Signature,
}
