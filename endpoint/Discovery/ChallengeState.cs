namespace Onboarding.Endpoint.Discovery;

/// <summary>What a challenge that came back is.</summary>
internal enum ChallengeState
{
    /// <summary>Made by this plane and fresh.</summary>
    Good,

    /// <summary>Not made by this plane.</summary>
    Foreign,

    /// <summary>Made by this plane, too long ago.</summary>
    Expired,
}
