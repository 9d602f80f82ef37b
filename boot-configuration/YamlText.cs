using System.Text;

namespace Onboarding.BootConfiguration;

/// <summary>
/// YAML that somebody else wrote: a file's bytes, or a text. Bytes, since Istio's library refuses some that .NET would silently replace,
/// and takes UTF-16.
/// </summary>
public sealed class YamlText
{
    /// <summary>The bytes of a file, as they stand in it.</summary>
    public YamlText(byte[] bytes)
    {
        ArgumentNullException.ThrowIfNull(bytes);
        Bytes = bytes;
    }

    internal byte[] Bytes { get; }

    /// <summary>See <see cref="FromString"/>.</summary>
    public static implicit operator YamlText(string text) => FromString(text);

    /// <summary>A text that is characters already: of an object of the API server, say.</summary>
    public static YamlText FromString(string text) => new(Encoding.UTF8.GetBytes(text));
}
