using System.Collections.ObjectModel;

namespace Onboarding.Api.Reading;

/// <summary>The map that every record without labels shares.</summary>
internal static class EmptyMap
{
    public static IReadOnlyDictionary<string, string> Instance { get; } = ReadOnlyDictionary<string, string>.Empty;
}
