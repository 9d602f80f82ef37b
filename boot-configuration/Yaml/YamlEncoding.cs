using System.Text;

namespace Onboarding.BootConfiguration.Yaml;

/// <summary>How characters stand in a YAML text's bytes, and which may: go-yaml v2's rules, in its words.</summary>
internal abstract class YamlEncoding
{
    /// <summary>Bytes of the mark that said so, which is no character.</summary>
    public int Mark { get; private init; }

    public static YamlEncoding Detect(ReadOnlySpan<byte> bytes) => bytes switch
    {
        [0xFF, 0xFE, ..] => new Utf16(low: 0) { Mark = 2 },
        [0xFE, 0xFF, ..] => new Utf16(low: 1) { Mark = 2 },
        [0xEF, 0xBB, 0xBF, ..] => new Utf8 { Mark = 3 },
        _ => new Utf8(),
    };

    /// <summary>Bytes that the next character has, by its first; there may be fewer.</summary>
    /// <exception cref="BootConfigurationException">None begins like this.</exception>
    public abstract int Width(ReadOnlySpan<byte> rest);

    /// <summary>The next character.</summary>
    /// <exception cref="BootConfigurationException">It isn't whole, is none, or mustn't stand in YAML.</exception>
    public Rune Character(ReadOnlySpan<byte> rest, int width)
    {
        if (rest.Length < width)
        {
            throw new BootConfigurationException(Incomplete(width));
        }

        int value = Value(rest[..width]);
        return IsAllowed(value)
            ? new Rune(value)
            : throw new BootConfigurationException($"control characters are not allowed: U+{value:X4}");
    }

    protected abstract int Value(ReadOnlySpan<byte> character);

    protected abstract string Incomplete(int width);

    private static bool IsAllowed(int value) => value is 0x09 or 0x0A or 0x0D or 0x85
        or (>= 0x20 and <= 0x7E)
        or (>= 0xA0 and <= 0xFFFD)
        or >= 0x10000;

    private sealed class Utf8 : YamlEncoding
    {
        private static readonly int[] FewestOfWidth = [0, 0, 0x80, 0x800, 0x10000];

        public override int Width(ReadOnlySpan<byte> rest) => rest[0] switch
        {
            < 0x80 => 1,
            >= 0xC0 and < 0xE0 => 2,
            >= 0xE0 and < 0xF0 => 3,
            >= 0xF0 and < 0xF8 => 4,
            var octet => throw new BootConfigurationException($"invalid leading UTF-8 octet: 0x{octet:X2}"),
        };

        protected override int Value(ReadOnlySpan<byte> character)
        {
            int width = character.Length;
            int value = width == 1 ? character[0] : character[0] & (0x7F >> width);
            foreach (byte octet in character[1..])
            {
                value = (octet & 0xC0) == 0x80
                    ? (value << 6) + (octet & 0x3F)
                    : throw new BootConfigurationException($"invalid trailing UTF-8 octet: 0x{octet:X2}");
            }

            return value < FewestOfWidth[width] ? throw new BootConfigurationException("invalid length of a UTF-8 sequence")
                : Rune.IsValid(value) ? value
                : throw new BootConfigurationException($"invalid Unicode character: U+{value:X4}");
        }

        protected override string Incomplete(int width) => "incomplete UTF-8 octet sequence";
    }

    private sealed class Utf16(int low) : YamlEncoding
    {
        public override int Width(ReadOnlySpan<byte> rest) => rest.Length < 2 ? 2 : Unit(rest) switch
        {
            >= '\uD800' and <= '\uDBFF' => 4,
            >= '\uDC00' and <= '\uDFFF' => throw new BootConfigurationException("unexpected low surrogate area"),
            _ => 2,
        };

        protected override int Value(ReadOnlySpan<byte> character) => character.Length == 2 ? Unit(character)
            : char.IsLowSurrogate(Unit(character[2..])) ? char.ConvertToUtf32(Unit(character), Unit(character[2..]))
            : throw new BootConfigurationException("expected low surrogate area");

        protected override string Incomplete(int width) =>
            width == 2 ? "incomplete UTF-16 character" : "incomplete UTF-16 surrogate pair";

        private char Unit(ReadOnlySpan<byte> bytes) => (char)(bytes[low] | (bytes[1 - low] << 8));
    }
}
