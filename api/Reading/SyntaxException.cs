using Onboarding.Api.Reading.Nodes;

namespace Onboarding.Api.Reading;

/// <summary>Ends the reading of a text that can't be read any further. Never leaves this folder.</summary>
internal sealed class SyntaxException(Position position, string message) : Exception(message)
{
    public Position Position { get; } = position;
}
