namespace Onboarding.Api.Reading.Nodes;

/// <summary>What a scalar is.</summary>
internal enum ScalarKind
{
    Null,
    Boolean,
    Number,
    Text,
}
