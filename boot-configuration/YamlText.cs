using System.Text;
using System.Text.Json.Nodes;
using Onboarding.BootConfiguration.Yaml;

namespace Onboarding.BootConfiguration;

/// <summary>
/// YAML that someone else wrote: a file's bytes, or a text. Bytes, since Istio's library refuses some that .NET would silently replace,
/// and takes UTF-16. It is parsed once, however often it is used: of one mesh configuration the files of every member are made.
/// </summary>
public sealed class YamlText
{
    private readonly Lazy<JsonNode?> _document;

    /// <summary>The bytes of a file, as they stand in it.</summary>
    public YamlText(byte[] bytes)
    {
        ArgumentNullException.ThrowIfNull(bytes);
        _document = new Lazy<JsonNode?>(() => YamlReader.Read(bytes));
    }

    /// <summary>The document, which is shared and so must not be changed; null where there is none.</summary>
    /// <exception cref="BootConfigurationException">It isn't YAML, or more than is accepted.</exception>
    internal JsonNode? Document => _document.Value;

    /// <summary>See <see cref="FromString"/>.</summary>
    public static implicit operator YamlText(string text) => FromString(text);

    /// <summary>A text that is characters already: of an object of the API server, say.</summary>
    public static YamlText FromString(string text) => new(Encoding.UTF8.GetBytes(text));
}
