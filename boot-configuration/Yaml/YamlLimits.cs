namespace Onboarding.BootConfiguration.Yaml;

/// <summary>How much YAML is read before it is refused: texts come from objects that others may edit.</summary>
internal static class YamlLimits
{
    public const int Bytes = 1024 * 1024;

    public const int Depth = 64;

    /// <summary>Nodes, those behind aliases counted as often as they are used.</summary>
    public const int Nodes = 100_000;

    /// <summary>Events of a document: a start, an end and an alias for each node.</summary>
    public const int Events = 3 * Nodes;
}
