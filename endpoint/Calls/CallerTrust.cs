namespace Onboarding.Endpoint.Calls;

/// <summary>What a caller has proved so far; decides which rate limits apply.</summary>
internal enum CallerTrust
{
    /// <summary>Nothing: the call waits with all others of its address if that address is held back.</summary>
    None,

    /// <summary>Nothing yet, but it presents an onboarding token. Checking the token first costs little, and decides.</summary>
    PresentsToken,

    /// <summary>An established session: its agent proved who it is, so that its address doesn't count.</summary>
    Session,
}
