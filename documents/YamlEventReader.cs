using Onboarding.Api.Reading.Nodes;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Onboarding.Documents;

/// <summary>
/// The events of a YAML text: the one place that runs YamlDotNet's parser. Events, because its document loader overflows the stack on
/// deep input and expands aliases without counting. The reader of the events bounds their depth and number.
/// </summary>
public sealed class YamlEventReader
{
    private readonly string _text;
    private readonly Parser _parser;
    private readonly Stack<Collection> _open = [];

    /// <summary>Starts before the first event.</summary>
    /// <param name="text">The text; the caller bounds its length.</param>
    public YamlEventReader(string text)
    {
        _text = text;
        _parser = new Parser(new YamlTokens(new Scanner(new StringReader(text), skipComments: true)));
    }

    private enum Collection
    {
        List,
        MapBeforeKey,
        MapBeforeValue,
    }

    /// <summary>The next event; null after the last. Each value in a map has its key, and each start its end.</summary>
    /// <exception cref="SyntaxException">The text isn't YAML.</exception>
    public ParsingEvent? Next()
    {
        ParsingEvent? next = Advance();
        return IsInPlace(next) ? next : throw new SyntaxException(PositionOf(next), "isn't valid YAML before here");
    }

    private static Position PositionOf(ParsingEvent? next) => next is null ? default : new((int)next.Start.Line, (int)next.Start.Column);

    private ParsingEvent? Advance()
    {
        try
        {
            return _parser.MoveNext() ? _parser.Current : null;
        }
        catch (YamlException exception)
        {
            throw YamlErrors.Explain(exception, _text);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            // On some broken texts the parser fails with InvalidOperationException, ArgumentException or ArgumentOutOfRangeException.
            // Nothing but the parser runs here, so any exception says the same: a file must not end the process that reads it.
            throw YamlErrors.Explain(_parser.Current, exception);
        }
    }

    // On other broken texts the parser reports no error, but a key without a value or a document's end inside a map.
    private bool IsInPlace(ParsingEvent? next)
    {
        switch (next)
        {
            case SequenceEnd:
                return _open.TryPop(out Collection list) && list == Collection.List;
            case MappingEnd:
                return _open.TryPop(out Collection map) && map == Collection.MapBeforeKey;
            case not NodeEvent and not AnchorAlias:
                return _open.Count == 0;
        }

        if (_open.TryPop(out Collection parent))
        {
            _open.Push(parent switch
            {
                Collection.MapBeforeKey => Collection.MapBeforeValue,
                Collection.MapBeforeValue => Collection.MapBeforeKey,
                _ => parent,
            });
        }

        if (next is SequenceStart or MappingStart)
        {
            _open.Push(next is SequenceStart ? Collection.List : Collection.MapBeforeKey);
        }

        return true;
    }
}
