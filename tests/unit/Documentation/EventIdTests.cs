using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Unit.Documentation;

/// <summary>An event id means one thing, for ever: alerts are made of them.</summary>
public sealed partial class EventIdTests
{
    private static readonly (int Id, string Method)[] Events =
    [
        .. Directory.GetFiles(AppContext.BaseDirectory, "*.dll")
            .Where(file => Path.GetFileName(file) is { } name
                && (name.StartsWith("Onboarding.", StringComparison.Ordinal) || name.StartsWith("onboarding-", StringComparison.Ordinal))
                && !name.Contains("Test", StringComparison.Ordinal))
            .Select(Assembly.LoadFrom)
            .SelectMany(assembly => assembly.GetTypes())
            .SelectMany(type => type.GetMethods(BindingFlags.Static | BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
            .Select(method => (method.GetCustomAttribute<LoggerMessageAttribute>(), method))
            .Where(m => m.Item1 is not null)
            .Select(m => (m.Item1!.EventId, $"{m.method.DeclaringType!.FullName}.{m.method.Name}")),
    ];

    [Fact]
    public void Every_event_has_an_id_of_its_own()
    {
        Events.Length.ShouldBeGreaterThan(100);

        Events.GroupBy(e => e.Id).Where(g => g.Count() > 1).Select(g => $"{g.Key}: {string.Join(", ", g.Select(e => e.Method))}").ShouldBeEmpty();
    }

    [Fact]
    public void Every_event_is_among_the_names()
    {
        string names = File.ReadAllText(Path.Combine(Repository.Root, "docs", "reference", "names.md"));
        string section = names[names.IndexOf("## Log event ids", StringComparison.Ordinal)..];
        section = section[..section.IndexOf("\n## ", 3, StringComparison.Ordinal)];
        HashSet<int> documented = [];
        foreach (string cell in section.Split('\n').Where(l => l.StartsWith("| ", StringComparison.Ordinal)).Select(l => l.Split('|')[1]))
        {
            foreach (Match match in Ids().Matches(cell))
            {
                int from = int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture);
                int to = match.Groups[2].Success ? int.Parse(match.Groups[2].Value, CultureInfo.InvariantCulture) : from;
                documented.UnionWith(Enumerable.Range(from, to - from + 1));
            }
        }

        Events.Where(e => !documented.Contains(e.Id)).Select(e => $"{e.Id} {e.Method}").ShouldBeEmpty();
    }

    [GeneratedRegex(@"(\d{4})(?:–(\d{4}))?")]
    private static partial Regex Ids();
}
