using YamlDotNet.Core;
using YamlDotNet.Core.Tokens;

namespace Onboarding.Documents;

/// <summary>
/// The tokens of YamlDotNet's scanner, without two faults: its parser loses a token behind an anchored value in braces
/// (<c>{a: &amp;x 1, b: *x}</c>), and its scanner reports as errors what YAML's other readers, Istio's and kubectl's among them, accept.
/// </summary>
internal sealed class YamlTokens(IScanner scanner) : IScanner
{
    // What follows is read as ever: where it makes no sense, the scanner or the parser reports that by itself.
    private static readonly HashSet<string> Harmless = new(StringComparer.Ordinal)
    {
        "While scanning a multiline plain scalar, found invalid mapping.",
        "While scanning a plain scalar value, found invalid mapping.",
        "While scanning a flow sequence end, found invalid comment after ']'.",
        "While scanning a flow sequence end, found invalid comment after double-quoted scalar.",
        "Invalid key indicator format.",
    };

    public Mark CurrentPosition => scanner.CurrentPosition;

    public Token? Current => scanner.Current;

    public bool MoveNext()
    {
        if (scanner.Current is not null)
        {
            scanner.ConsumeCurrent();
        }

        return MoveNextWithoutConsuming();
    }

    public bool MoveNextWithoutConsuming()
    {
        // The parser looks ahead twice in a row without taking the token it saw. The end is the one token it expects nothing behind.
        if (scanner.Current is not (null or StreamEnd))
        {
            return true;
        }

        while (scanner.MoveNextWithoutConsuming())
        {
            if (scanner.Current is not Error error || !Harmless.Contains(error.Value))
            {
                return true;
            }

            scanner.ConsumeCurrent();
        }

        return false;
    }

    public void ConsumeCurrent() => scanner.ConsumeCurrent();
}
