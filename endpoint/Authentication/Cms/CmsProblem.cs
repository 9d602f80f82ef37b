namespace Onboarding.Endpoint.Authentication.Cms;

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
