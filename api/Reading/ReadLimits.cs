namespace Onboarding.Api.Reading;

/// <summary>What a document may cost. Files and requests come from people who may mean harm.</summary>
internal static class ReadLimits
{
    /// <summary>Bytes of a document, checked before anything looks into it.</summary>
    public const int Bytes = 1024 * 1024;

    /// <summary>Values inside values.</summary>
    public const int Depth = 64;

    /// <summary>Values, with every alias counted as if it were written out: an alias bomb is counted, not expanded.</summary>
    public const long Nodes = 100_000;
}
