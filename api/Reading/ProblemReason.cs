namespace Onboarding.Api.Reading;

/// <summary>What kind of problem it is; the API server's causes are made of it.</summary>
public enum ProblemReason
{
    /// <summary>A value breaks a rule (<c>FieldValueInvalid</c>).</summary>
    Invalid = 0,

    /// <summary>A field that must be there isn't (<c>FieldValueRequired</c>).</summary>
    Required,

    /// <summary>A value has the wrong type (<c>FieldValueTypeInvalid</c>).</summary>
    TypeInvalid,

    /// <summary>A value isn't one of the allowed ones (<c>FieldValueNotSupported</c>).</summary>
    NotSupported,

    /// <summary>A key or value appears twice (<c>FieldValueDuplicate</c>).</summary>
    Duplicate,

    /// <summary>A field isn't known, or may not be set here (<c>FieldValueForbidden</c>).</summary>
    Unknown,

    /// <summary>The text isn't YAML or JSON, or breaks a limit.</summary>
    Syntax,

    /// <summary>The file couldn't be read.</summary>
    Unreadable,
}
