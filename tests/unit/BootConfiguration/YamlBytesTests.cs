using System.Text;
using Onboarding.BootConfiguration;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Unit.BootConfiguration;

/// <summary>Bytes that are no characters, where Istio's library (go-yaml v2) refuses them, and where it takes no notice.</summary>
public sealed class YamlBytesTests
{
    private const string Before = "trustDomain: ";

    [Theory]
    [InlineData("FF", "invalid leading UTF-8 octet: 0xFF")]
    [InlineData("80", "invalid leading UTF-8 octet: 0x80")]
    [InlineData("F888808080", "invalid leading UTF-8 octet: 0xF8")]
    [InlineData("C328", "invalid trailing UTF-8 octet: 0x28")]
    [InlineData("E228A1", "invalid trailing UTF-8 octet: 0x28")]
    [InlineData("C3", "incomplete UTF-8 octet sequence")]
    [InlineData("F09F98", "incomplete UTF-8 octet sequence")]
    [InlineData("C180", "invalid length of a UTF-8 sequence")]
    [InlineData("E08080", "invalid length of a UTF-8 sequence")]
    [InlineData("F0808080", "invalid length of a UTF-8 sequence")]
    [InlineData("EDA080", "invalid Unicode character: U+D800")]
    [InlineData("F4908080", "invalid Unicode character: U+110000")]
    [InlineData("00", "control characters are not allowed: U+0000")]
    [InlineData("07", "control characters are not allowed: U+0007")]
    [InlineData("7F", "control characters are not allowed: U+007F")]
    [InlineData("C280", "control characters are not allowed: U+0080")]
    [InlineData("EFBFBE", "control characters are not allowed: U+FFFE")]
    public void What_is_no_character_is_refused_with_its_place(string bytes, string message) =>
        Should.Throw<BootConfigurationException>(() => TrustDomain([.. "\n"u8, .. Text(Before), .. Convert.FromHexString(bytes)]))
            .Message.ShouldBe($"mesh configuration: yaml: {message} (byte {Before.Length + 2}, line 2)");

    [Theory]
    [InlineData("61", "a")]
    [InlineData("C3A9", "\u00e9")]
    [InlineData("C2A0", "\u00a0")]
    [InlineData("ED9FBF", "\ud7ff")]
    [InlineData("EE8080", "\ue000")]
    [InlineData("EFBFBD", "\ufffd")]
    [InlineData("F09F9880", "\U0001F600")]
    [InlineData("F48FBFBF", "\U0010FFFF")]
    public void Every_character_is_taken(string bytes, string value) =>
        TrustDomain([.. Text(Before), .. Convert.FromHexString(bytes)]).ShouldBe($"'{value}'");

    [Theory]
    [InlineData("utf-8")]
    [InlineData("utf-16")]
    [InlineData("utf-16BE")]
    public void A_mark_says_how_characters_are_written(string name)
    {
        var encoding = Encoding.GetEncoding(name);
        TrustDomain([.. encoding.GetPreamble(), .. encoding.GetBytes(Before + "a\u00e9\U0001F600\n")]).ShouldBe("'a\u00e9\U0001F600'");
    }

    [Theory]
    [InlineData("00", "incomplete UTF-16 character")]
    [InlineData("DC00", "unexpected low surrogate area")]
    [InlineData("D83D", "incomplete UTF-16 surrogate pair")]
    [InlineData("D83D0041", "expected low surrogate area")]
    [InlineData("0000", "control characters are not allowed: U+0000")]
    public void Half_pairs_of_utf_16_are_refused(string bytes, string message) =>
        Should.Throw<BootConfigurationException>(() => TrustDomain(
            [.. Encoding.BigEndianUnicode.GetPreamble(), .. Encoding.BigEndianUnicode.GetBytes(Before), .. Convert.FromHexString(bytes)]))
            .Message.ShouldBe($"mesh configuration: yaml: {message} (byte {(2 * Before.Length) + 3}, line 1)");

    [Theory]
    [InlineData(508)]
    [InlineData(509)]
    [InlineData(510)]
    [InlineData(511)]
    [InlineData(512)]
    public void A_character_may_lie_across_the_chunks_that_are_read(int at)
    {
        string comment = $"#{new string('x', at - Before.Length - 2)}\n";
        TrustDomain(Text($"{comment}{Before}\U0001F600\n")).ShouldBe("'\U0001F600'");
    }

    [Fact]
    public void Behind_the_first_document_bytes_may_be_anything_once_they_are_out_of_sight()
    {
        string first = $"{Before}td\n---\n# ";
        TrustDomain([.. Text(first.PadRight(512, 'x')), 0xFF]).ShouldBe("'td'");
        Should.Throw<BootConfigurationException>(() => TrustDomain([.. Text(first.PadRight(511, 'x')), 0xFF])).Message.ShouldContain("byte 512");
    }

    [Fact]
    public void A_group_and_its_annotation_are_read_likewise()
    {
        Should.Throw<BootConfigurationException>(() => Generate([.. "metadata: {name: "u8, 0xFF, .. "}"u8], ""u8.ToArray()))
            .Message.ShouldBe("WorkloadGroup: yaml: invalid leading UTF-8 octet: 0xFF (byte 18, line 1)");
        Should.Throw<BootConfigurationException>(() => Generate("""metadata: {annotations: {proxy.istio.io/config: "a: \a"}}"""u8.ToArray(), ""u8.ToArray()))
            .Message.ShouldBeGolden();
    }

    private static byte[] Text(string text) => Encoding.UTF8.GetBytes(text);

    private static string? TrustDomain(byte[] mesh) => Generate(Text(Generated.Group), mesh).Variable("TRUST_DOMAIN");

    private static BootConfigurationFiles Generate(byte[] group, byte[] mesh) => BootConfigurationGenerator.Generate(new BootConfigurationInputs
    {
        WorkloadGroup = WorkloadGroupSource.FromFile(new YamlText(group)),
        MeshConfig = new YamlText(mesh),
    });
}
