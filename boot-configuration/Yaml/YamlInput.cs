using System.Text;

namespace Onboarding.BootConfiguration.Yaml;

/// <summary>
/// The characters of a YAML text as go-yaml v2 takes them from its bytes: chunk by chunk, so that what is behind the first document may
/// be anything, and no character is refused before its chunk is reached.
/// </summary>
/// <param name="Text">The characters, up to the chunk with the first wrong one.</param>
/// <param name="Problem">What is wrong behind them; null if nothing is.</param>
internal sealed record YamlInput(string Text, string? Problem)
{
    private const int Chunk = 512;

    public static YamlInput Decode(ReadOnlySpan<byte> bytes)
    {
        YamlEncoding encoding = YamlEncoding.Detect(bytes);
        var text = new StringBuilder(bytes.Length);
        int at = encoding.Mark;
        int chunkEnd = Chunk;
        int sound = 0;
        int line = 1;
        try
        {
            while (at < bytes.Length)
            {
                // A character that the end of a chunk cuts is read with the next one.
                int width = at < chunkEnd ? encoding.Width(bytes[at..]) : 0;
                if (at >= chunkEnd || at + width > Math.Min(chunkEnd, bytes.Length))
                {
                    (chunkEnd, sound) = (at + Chunk, text.Length);
                    width = encoding.Width(bytes[at..]);
                }

                Rune character = encoding.Character(bytes[at..], width);
                text.Append(character);
                line += character.Value == '\n' ? 1 : 0;
                at += width;
            }
        }
        catch (BootConfigurationException e)
        {
            return new YamlInput(text.ToString(0, sound), $"yaml: {e.Message} (byte {at + 1}, line {line})");
        }

        return new YamlInput(text.ToString(), null);
    }
}
