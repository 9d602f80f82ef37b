namespace Onboarding.Api.Reading;

/// <summary>A spec, or what is wrong with it.</summary>
internal sealed record SpecReading<T>(T? Spec, IReadOnlyList<Problem> Problems)
    where T : class;
