using System.Text;

namespace Onboarding.BootConfiguration.Yaml.Scanning;

/// <summary>Whether a text consists of characters that may stand in YAML.</summary>
internal static class YamlTextCheck
{
    /// <exception cref="BootConfigurationException">There is another one.</exception>
    public static void Check(string text)
    {
        foreach (Rune rune in text.EnumerateRunes())
        {
            if (!IsAllowed(rune.Value))
            {
                throw new BootConfigurationException($"yaml: control characters are not allowed (U+{rune.Value:X4})");
            }
        }
    }

    private static bool IsAllowed(int rune) => rune is 0x09 or 0x0A or 0x0D or 0x85
        or (>= 0x20 and <= 0x7E)
        or (>= 0xA0 and <= 0xFFFD)
        or >= 0x10000;
}
