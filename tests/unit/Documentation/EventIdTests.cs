using System.Reflection;
using Microsoft.Extensions.Logging;
using Onboarding.Client.Events;
using Onboarding.Testing;
using Onboarding.Tests.Unit.Architecture;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Unit.Documentation;

/// <summary>
/// An event id means one thing, for ever: alerts are made of them. The table in docs/reference/names.md is made of the code;
/// ONBOARDING_UPDATE_GOLDEN=1 rewrites it.
/// </summary>
public sealed class EventIdTests
{
    private const string Begin = "<!-- generated from log events -->\n\n";
    private const string End = "\n<!-- end -->";

    // Where an assembly's types are, by their namespace: the project file has its name.
    private static readonly (string Namespace, string Folder)[] Projects =
    [
        .. Product.Assemblies
            .Select(folder => (Path.GetFileNameWithoutExtension(Directory.EnumerateFiles(Path.Combine(Repository.Root, folder), "*.csproj").Single()), folder))
            .OrderByDescending(project => project.Item1.Length),
    ];

    private static readonly LogEvent[] Events =
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
            .Select(m => new LogEvent(m.Item1!.EventId, m.method.Name, OwnerOf(m.method.DeclaringType!), $"{m.Item1.Level}: `{m.Item1.Message}`")),
        .. Enum.GetValues<OnboardingPhase>().Select(phase => new LogEvent((int)phase, phase.ToString(), "client", "a step of the agent")),
    ];

    [Fact]
    public void Every_event_has_an_id_of_its_own()
    {
        Events.Length.ShouldBeGreaterThan(100);

        Events.GroupBy(e => e.Id).Where(g => g.Count() > 1).Select(g => $"{g.Key}: {string.Join(", ", g)}").ShouldBeEmpty();
    }

    [Fact]
    public void The_table_of_events_is_generated_from_the_code()
    {
        string path = Path.Combine(Repository.Root, "docs", "reference", "names.md");
        string page = File.ReadAllText(path);
        int from = page.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length;
        string generated = page[..from]
            + "| id | name | owner | text |\n|---|---|---|---|\n"
            + string.Concat(Events.OrderBy(e => e.Id).Select(e => $"| {e.Id} | `{e.Name}` | {e.Owner} | {e.Text.Replace("|", "\\|", StringComparison.Ordinal)} |\n"))
            + page[page.IndexOf(End, from, StringComparison.Ordinal)..];

        if (Environment.GetEnvironmentVariable("ONBOARDING_UPDATE_GOLDEN") == "1")
        {
            File.WriteAllText(path, generated);
            return;
        }

        page.ShouldBe(generated, "docs/reference/names.md is stale; ONBOARDING_UPDATE_GOLDEN=1 dotnet test tests/unit rewrites it");
    }

    private static string OwnerOf(Type type) => Projects.First(p => type.Namespace!.StartsWith(p.Namespace, StringComparison.Ordinal)).Folder;

    private sealed record LogEvent(int Id, string Name, string Owner, string Text);
}
