namespace Onboarding.Api.Install;

/// <summary>Ours: what a plane asks of agents' transport security.</summary>
public enum MinimumTransportSecurity
{
    /// <summary>Nothing beyond TLS.</summary>
    Any = 0,

    /// <summary>The agent must have verified the plane's certificate.</summary>
    Verified = 1,
}
