namespace Onboarding.Api.Reading.Nodes;

/// <summary>A key with its value.</summary>
internal sealed record MapEntry(string Key, Position KeyPosition, Node Value);
