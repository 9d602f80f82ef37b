namespace Onboarding.Api.Configuration;

/// <summary>The kinds of SPIFFE's verifiable identity documents.</summary>
public enum SpiffeSvid
{
    /// <summary>A JWT-SVID, which the SPIFFE agent has made for the plane: good for it alone, and for minutes.</summary>
    Jwt = 0,

    /// <summary>An X.509-SVID: the agent proves that it has its key. For SPIFFE systems that don't make JWT-SVIDs.</summary>
    X509,
}
