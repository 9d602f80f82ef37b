namespace Onboarding.Endpoint.Refusals;

/// <summary>What a caller has to show for itself before any work is done for it.</summary>
internal enum Standing
{
    /// <summary>Nothing: it waits with all others of its address if that is held back.</summary>
    None,

    /// <summary>It says that it holds an onboarding token. That is looked at first, which costs little, and decides.</summary>
    Token,

    /// <summary>A session that stands: its agent proved who it is, and isn't anybody behind an address.</summary>
    Session,
}
