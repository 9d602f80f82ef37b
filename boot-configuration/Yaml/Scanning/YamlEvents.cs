namespace Onboarding.BootConfiguration.Yaml.Scanning;

/// <summary>A place in a list of events.</summary>
internal sealed class YamlEvents(List<YamlEvent> events)
{
    private int _at;

    public YamlEvent Peek() => events[_at];

    public YamlEvent Next() => events[_at++];

    /// <summary>The events of the node that starts here, without moving.</summary>
    public List<YamlEvent> NodeAhead()
    {
        int depth = 0;
        int end = _at;
        do
        {
            depth += events[end++].Nesting;
        }
        while (depth > 0);

        return events[_at..end];
    }
}
