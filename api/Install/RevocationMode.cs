namespace Onboarding.Api.Install;

/// <summary>Ours: what happens to a member that no policy admits any more.</summary>
public enum RevocationMode
{
    /// <summary>It is reported; it stays until its onboarding token has to be renewed.</summary>
    Report = 0,

    /// <summary>It is removed.</summary>
    Evict,
}
