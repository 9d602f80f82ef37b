using YamlDotNet.Core.Events;

namespace Onboarding.BootConfiguration.Yaml;

/// <summary>A place in a list of events.</summary>
internal sealed class YamlEvents(List<ParsingEvent> events)
{
    private int _at;

    public ParsingEvent Peek() => events[_at];

    public ParsingEvent Next() => events[_at++];

    /// <summary>The events of the node that starts here, without moving.</summary>
    public List<ParsingEvent> NodeAhead()
    {
        int depth = 0;
        int end = _at;
        do
        {
            depth += events[end++].NestingIncrease;
        }
        while (depth > 0);

        return events[_at..end];
    }
}
