namespace Onboarding.Tests.E2E.Conformance.Servers;

/// <summary>What a <see cref="FaultyProxy"/> does to the next request it is told to spoil.</summary>
internal enum Fault
{
    /// <summary>The answer ends early, in good order.</summary>
    Drop,

    /// <summary>Nothing comes any more, and nothing says so.</summary>
    Stall,

    /// <summary>The answer ends in the middle of an event.</summary>
    Truncate,

    /// <summary>The connection is reset.</summary>
    Reset,
}
