using Onboarding.Api.Reading.Nodes;

namespace Onboarding.Documents;

/// <summary>Ends the reading of a text that can't be read any further.</summary>
public sealed class SyntaxException : Exception
{
    internal SyntaxException(Position position, string message, Exception? cause = null)
        : base(message, cause) => Position = position;

    /// <summary>Line of the place, from 1; 0 if it isn't known.</summary>
    public int Line => Position.Line;

    internal Position Position { get; }
}
