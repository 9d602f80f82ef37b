using Onboarding.Documents;
using YamlDotNet.Core.Events;

namespace Onboarding.BootConfiguration.Yaml;

/// <summary>
/// A text's first document, event by event, where go-yaml v2 reads one too. What follows it isn't looked at. The few texts that
/// the two parsers still see differently are listed in <c>docs/reference/yaml.md</c>.
/// </summary>
internal static class YamlDocument
{
    /// <summary>The events of the document's root; null if there is no document.</summary>
    /// <exception cref="BootConfigurationException">It isn't YAML, or is more than is accepted.</exception>
    public static List<ParsingEvent>? Parse(YamlInput input)
    {
        string text = input.Text;
        List<ParsingEvent>? root = null;
        for (int repairs = 0; root is null; repairs++)
        {
            try
            {
                root = Root(text);
            }
            catch (SyntaxException e)
            {
                text = (repairs < YamlIndentation.Most ? YamlIndentation.Repair(text, e.InnerException) : null)
                    ?? throw new BootConfigurationException(input.Problem ?? $"line {e.Line}: {e.Message}", e);
            }
        }

        // Bytes that are no characters matter only where the document reaches up to them.
        return input.Problem is not null && (root.Count == 0 || root[^1].End.Index >= text.Length)
            ? throw new BootConfigurationException(input.Problem)
            : root.Count == 0 ? null : root;
    }

    private static List<ParsingEvent> Root(string text)
    {
        var reader = new YamlEventReader(text);
        var refusals = new YamlRefusals(text);
        List<ParsingEvent> root = [];
        int depth = 0;
        while (reader.Next() is { } next)
        {
            refusals.Check(next);
            if (next is StreamStart or DocumentStart)
            {
                continue;
            }

            if (next is StreamEnd)
            {
                break;
            }

            root.Add(next);
            depth += next.NestingIncrease;
            if (depth > YamlLimits.Depth)
            {
                throw new BootConfigurationException($"line {next.Start.Line}: nested deeper than {YamlLimits.Depth} levels");
            }

            if (root.Count > YamlLimits.Events)
            {
                throw new BootConfigurationException($"more than {YamlLimits.Nodes} nodes");
            }

            if (depth == 0)
            {
                break;
            }
        }

        return root;
    }
}
