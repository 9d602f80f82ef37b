namespace Onboarding.Tests.Unit.BootConfiguration;

/// <summary>1.8: key order and scalar style of mesh.yaml.</summary>
internal static class ScalarRules
{
    public static IEnumerable<Rule> All { get; } =
    [
        Order("1.8 order: upper case before lower case", "    AZ: x\n    Aa: x\n", "Aa: x, AZ: x"),
        Order("1.8 order: what is no letter first", "    A_B: x\n    AB: x\n", "AB: x, A_B: x"),
        Order("1.8 order: the reverse of cluster.env for METAJSON", "    ISTIO_META_NETWORK: \"\"\n    ISTIO_META_WORKLOAD_NAME: foo\n    ISTIO_METAJSON_LABELS:", ""),
        Order("1.8 order: digits as numbers", "    b9: x\n    b10: x\n", "b10: x, b9: x"),
        Order("1.8 order: no digits count as zero", "    A_B: x\n    A1: x\n", "A1: x, A_B: x"),
        Order("1.8 order: the shorter prefix first", "    A: x\n    AA: x\n", "AA: x, A: x"),
        Style("1.8 plain", "x y", "    A: x y\n"),
        Style("1.8 a boolean's word", "yes", "    A: \"yes\"\n"),
        Style("1.8 y is one too", "y", "    A: \"y\"\n"),
        Style("1.8 null's word", "~", "    A: \"~\"\n"),
        Style("1.8 an octal number", "012", "    A: \"012\"\n"),
        Style("1.8 a hexadecimal number", "0x1F", "    A: \"0x1F\"\n"),
        Style("1.8 a floating number", "1e3", "    A: \"1e3\"\n"),
        Style("1.8 a date", "2026-01-02", "    A: \"2026-01-02\"\n"),
        Style("1.8 base sixty", "12:30:45", "    A: \"12:30:45\"\n"),
        // go-yaml v2 looks a word up only if its first character is in a table, which '<' isn't.
        Style("1.8 the merge key, as a value", "<<", "    A: <<\n"),
        Style("1.8 a line break", "x\\ny", "    A: |-\n      x\n      y\n"),
        Style("1.8 a leading space", " x", "    A: ' x'\n"),
        Style("1.8 a colon and a space", "a: b", "    A: 'a: b'\n"),
        Style("1.8 a comment's sign", "a #b", "    A: 'a #b'\n"),
        Style("1.8 a leading brace", "{x", "    A: '{x'\n"),
        Style("1.8 a quote in single quotes", "# it's", "    A: '# it''s'\n"),
        Style("1.8 a tab", "a\\tb", "    A: \"a\\tb\"\n"),
        Style("1.8 empty", "", "    A: \"\"\n"),
        Style(
            "1.8 folded at a space past column 80",
            "aaaaaaaaaa bbbbbbbbbb cccccccccc dddddddddd eeeeeeeeee ffffffffff gggggggggg hhhhhhhhhh iiii jjjj",
            "    A: aaaaaaaaaa bbbbbbbbbb cccccccccc dddddddddd eeeeeeeeee ffffffffff gggggggggg\n      hhhhhhhhhh iiii jjjj\n"),
        new("1.8 labels as JSON: in single quotes", "    ISTIO_METAJSON_LABELS: '{\"service"),
    ];

    private static Rule Order(string row, string shows, string entries) => new(row, shows) { Mesh = $"defaultConfig: {{proxyMetadata: {{{entries}}}}}" };

    private static Rule Style(string row, string value, string shows) => new(row, shows) { Mesh = $"{{\"defaultConfig\": {{\"proxyMetadata\": {{\"A\": \"{value}\"}}}}}}" };
}
