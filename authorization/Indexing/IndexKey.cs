namespace Onboarding.Authorization.Indexing;

/// <summary>Something that an identity has and a rule can ask for; rules are found by it.</summary>
/// <param name="Field">What it is, e.g. <c>jwt.subject</c>.</param>
/// <param name="First">Its value, or the first part of it, e.g. the issuer.</param>
/// <param name="Second">The second part, e.g. the subject; empty if there is none.</param>
internal readonly record struct IndexKey(string Field, string First = "", string Second = "");
