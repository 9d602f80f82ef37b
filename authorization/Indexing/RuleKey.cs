namespace Onboarding.Authorization.Indexing;

/// <summary>Where a rule is found: by something of the identity and a label of the group.</summary>
/// <param name="Identity">What the identity must have.</param>
/// <param name="Label">Key of a label the group must have; empty: any group.</param>
/// <param name="Value">Its value.</param>
internal readonly record struct RuleKey(IndexKey Identity, string Label, string Value);
