namespace Onboarding.Embedded.Requests;

/// <summary>What happens to unknown and doubled fields.</summary>
internal enum FieldValidation
{
    /// <summary>They are dropped; the client is told in <c>Warning</c> headers. The default.</summary>
    Warn,

    /// <summary>The request is refused.</summary>
    Strict,

    /// <summary>They are dropped.</summary>
    Ignore,
}
