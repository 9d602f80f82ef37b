namespace Onboarding.Api.Reading;

/// <summary>A rule for a text.</summary>
/// <param name="value">The text.</param>
/// <returns>What is wrong with it, as the end of a sentence that starts with the field; null if nothing is.</returns>
internal delegate string? TextCheck(string value);
