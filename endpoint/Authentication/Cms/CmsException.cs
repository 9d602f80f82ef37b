namespace Onboarding.Endpoint.Authentication.Cms;

/// <summary>A signed message can't be read, or its signature is no good. The only error that reading one throws.</summary>
internal sealed class CmsException : Exception
{
    public CmsException(string problem, CmsProblem kind = CmsProblem.Malformed, Exception? inner = null)
        : base(problem, inner) => Kind = kind;

    /// <summary>What kind of problem it is.</summary>
    public CmsProblem Kind { get; }
}
