namespace Onboarding.Client.BootConfiguration;

/// <summary>What applying a boot configuration changed.</summary>
public enum BootChange
{
    /// <summary>Nothing a sidecar would notice.</summary>
    None,

    /// <summary>What a running sidecar reads again by itself: hosts, token.</summary>
    Live,

    /// <summary>What a sidecar reads only at its start.</summary>
    Core,
}
