namespace Onboarding.Client.Keys;

/// <summary>Where an agent's key comes from.</summary>
public enum AgentKeyOrigin
{
    /// <summary>It was on disk already.</summary>
    Loaded,

    /// <summary>It was made just now, the first one in this state directory.</summary>
    Created,

    /// <summary>It was made just now, because the one on disk was made on another machine: the disk is a copy.</summary>
    ReplacedOnOtherMachine,
}
