namespace Onboarding.Embedded.Schemas;

/// <summary>JSON types a schema can ask for.</summary>
internal enum SchemaType
{
    /// <summary>Anything.</summary>
    Any,
    Object,
    Array,
    String,
    Integer,
    Number,
    Boolean,

    /// <summary>An integer or text (<c>x-kubernetes-int-or-string</c>).</summary>
    IntOrString,
}
