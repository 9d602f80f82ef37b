namespace Onboarding.Api.Reading.Nodes;

/// <summary>A value that holds no others.</summary>
/// <param name="position">Where it is.</param>
/// <param name="kind">What it is.</param>
/// <param name="text">The text; <c>true</c> or <c>false</c> for a boolean, a JSON number for a number.</param>
internal sealed class ScalarNode(Position position, ScalarKind kind, string text) : Node(position)
{
    private const int LongestShown = 60;

    public ScalarKind Kind { get; } = kind;

    public string Text { get; } = text;

    public override long Count => 1;

    public override int Height => 1;

    public override string Describe() => Kind switch
    {
        ScalarKind.Null => "null",
        ScalarKind.Boolean => $"the boolean {Text}",
        ScalarKind.Number => $"the number {Show(Text)}",
        _ => $"the text \"{Show(Text)}\"",
    };

    /// <summary>A value as messages show it: short, and on one line (it may hold anything a stranger wrote).</summary>
    public static string Show(string text)
    {
        string shown = text.Length > LongestShown ? text[..LongestShown] + "…" : text;
        return string.Concat(shown.Select(c => char.IsControl(c) ? $"\\u{(int)c:x4}" : c.ToString()));
    }
}

/// <summary>What a scalar is.</summary>
internal enum ScalarKind
{
    Null,
    Boolean,
    Number,
    Text,
}
