namespace Onboarding.BootConfiguration.Yaml;

/// <summary>Classes of characters as go-yaml v2's emitter sees them.</summary>
internal static class YamlCharacters
{
    /// <summary>Everything above the basic plane counts as unprintable there, and so gets escaped.</summary>
    public static bool IsPrintable(int rune) =>
        rune is '\n' or (>= 0x20 and <= 0x7E) or (>= 0xA0 and <= 0xD7FF) or (>= 0xE000 and <= 0xFFFD and not 0xFEFF);

    public static bool IsBreak(int rune) => rune is '\r' or '\n' or 0x85 or 0x2028 or 0x2029;

    public static bool IsBlankOrBreak(int rune) => rune is ' ' or '\t' || IsBreak(rune);
}
