using Onboarding.Documents;
using YamlDotNet.Core.Events;

namespace Onboarding.Client.BootConfiguration;

/// <summary>
/// mesh.yaml as a plane sends it. pilot-agent starts the program and reads the files that it names: a compromised plane must not choose
/// one that it has put on the machine by other means. What two readers of YAML may take in two ways (aliases, tags, merged or repeated
/// keys, a second document) is refused, so that pilot-agent reads what was checked.
/// </summary>
internal static class MeshYamlGuard
{
    private const string Programs = "/usr/local/bin/";
    private static readonly string[] Settings = ["/etc/istio/", "/var/lib/istio/"];

    // Both spellings that protobuf's JSON reader takes.
    private static readonly HashSet<string> Proxy = new(StringComparer.Ordinal) { "defaultConfig", "default_config" };

    private static readonly Dictionary<string, string[]> Places = new(StringComparer.Ordinal)
    {
        ["binaryPath"] = [Programs],
        ["binary_path"] = [Programs],
        ["configPath"] = Settings,
        ["config_path"] = Settings,
        ["customConfigFile"] = Settings,
        ["custom_config_file"] = Settings,
        ["proxyBootstrapTemplatePath"] = Settings,
        ["proxy_bootstrap_template_path"] = Settings,
    };

    /// <summary>Adds what is wrong with the file.</summary>
    /// <param name="text">The file.</param>
    /// <param name="problems">Takes it.</param>
    public static void Check(string text, ICollection<string> problems)
    {
        try
        {
            Walk(new YamlEventReader(text), problems);
        }
        catch (SyntaxException e)
        {
            problems.Add($"mesh.yaml:{e.Line}: {e.Message}");
        }
        catch (FormatException e)
        {
            problems.Add($"mesh.yaml:{e.Message}");
        }
    }

    private static void Walk(YamlEventReader reader, ICollection<string> problems)
    {
        int documents = 0;
        var open = new Stack<Level>();
        while (reader.Next() is { } next)
        {
            if (next is DocumentStart && ++documents > 1)
            {
                throw Ambiguous(next, "a second document");
            }

            if (next is AnchorAlias or NodeEvent { Anchor.IsEmpty: false } or NodeEvent { Tag.IsEmpty: false })
            {
                throw Ambiguous(next, "an anchor, an alias or a tag");
            }

            switch (next)
            {
                case Scalar scalar when open.TryPeek(out Level? map) && map.ExpectsKey:
                    map.Take(scalar);
                    break;
                case MappingStart or SequenceStart when open.TryPeek(out Level? map) && map.ExpectsKey:
                    throw Ambiguous(next, "a key that is no text");
                case MappingStart:
                    open.Push(new Level(open.Count, IsMap: true));
                    break;
                case SequenceStart:
                    open.Push(new Level(open.Count, IsMap: false));
                    break;
                case MappingEnd or SequenceEnd:
                    open.Pop();
                    open.TryPeek(out Level? above);
                    above?.TakeValue();
                    break;
                case Scalar scalar:
                    open.TryPeek(out Level? holder);
                    if (IsOutside(open, scalar.Value))
                    {
                        problems.Add($"mesh.yaml:{scalar.Start.Line}: {holder!.Key} is outside Istio's directories ({string.Join(", ", Places[holder.Key])})");
                    }

                    holder?.TakeValue();
                    break;
                default:
                    break;
            }
        }
    }

    private static bool IsOutside(Stack<Level> open, string value) =>
        open.Count == 2
        && Proxy.Contains(open.Last().Key)
        && Places.TryGetValue(open.Peek().Key, out string[]? places)
        && value.Length > 0
        // pilot-agent's working directory is the root.
        && !places.Any(place => Path.GetFullPath(value, "/").StartsWith(place, StringComparison.Ordinal));

    private static FormatException Ambiguous(ParsingEvent at, string what) =>
        new($"{at.Start.Line}: has {what}, which readers of YAML take in different ways");

    private sealed record Level(int Depth, bool IsMap)
    {
        private readonly HashSet<string> _keys = new(StringComparer.Ordinal);

        public string Key { get; private set; } = "";

        public bool ExpectsKey { get; private set; } = IsMap;

        public void Take(Scalar key)
        {
            if (key.Value == "<<" || !_keys.Add(key.Value))
            {
                throw Ambiguous(key, key.Value == "<<" ? "the key <<" : "a key twice");
            }

            Key = key.Value;
            ExpectsKey = false;
        }

        public void TakeValue() => ExpectsKey = IsMap;
    }
}
