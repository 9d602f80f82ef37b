using System.CommandLine;
using System.Text.RegularExpressions;
using Onboarding.AgentHost.Commands;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Unit.Documentation;

/// <summary>
/// Every command of ours that messages, help and docs print can be run as it is printed: the cmdlet has a page and the page has the parameter,
/// the program has the verb. Other programs are named with where they come from.
/// </summary>
public sealed partial class B4_PrintedCommandsTests
{
    // Where each can be run. A command that isn't ours and isn't here must be added, with the machine that has it.
    private static readonly Dictionary<string, string> Others = new()
    {
        ["kubectl"] = "a machine with access to the cluster",
        ["curl"] = "the machine",
        ["openssl"] = "the machine",
        ["getent"] = "the machine",
        ["nc"] = "the machine",
        ["ls"] = "the machine",
        ["namei"] = "the machine",
        ["rm"] = "the machine",
        ["env"] = "the machine",
        ["journalctl"] = "a machine with systemd",
        ["systemctl"] = "a machine with systemd",
        ["apt-get"] = "a machine with Debian's packages",
        ["dnf"] = "a machine with Red Hat's packages",
        ["zypper"] = "a machine with SUSE's packages",
        ["timedatectl"] = "a machine with systemd",
    };

    private static readonly string[] ProductFolders =
    [
        "agent-host", "client", "cmdlets", "endpoint", "fleet", "kubernetes", "laptop", "lab", "operator", "plane", "boot-configuration",
    ];

    private static readonly Dictionary<string, string> Pages = Directory
        .EnumerateFiles(Path.Combine(Repository.Root, "docs", "cmdlets"), "*-*.md")
        .ToDictionary(file => Path.GetFileNameWithoutExtension(file), File.ReadAllText);

    [Fact]
    public void Cmdlets_exist_and_have_the_parameters()
    {
        List<string> wrong = [];
        foreach ((string file, string text) in Printed())
        {
            foreach (Match match in Cmdlet().Matches(text))
            {
                string name = match.Groups["name"].Value;
                if (!Pages.TryGetValue(name == "Get-MeshOnboarding" ? "Get-OnboardingStatus" : name, out string? page))
                {
                    wrong.Add($"{file}: there is no {name}");
                    continue;
                }

                wrong.AddRange(Parameter().Matches(match.Groups["rest"].Value).Select(p => p.Groups[1].Value)
                    .Where(p => !page.Contains($"### -{p}\n", StringComparison.Ordinal) && p is not ("Examples" or "Full" or "WhatIf" or "Confirm" or "Verbose" or "ErrorAction" or "OutVariable" or "Debug"))
                    .Select(p => $"{file}: {name} has no -{p}: {match.Value}"));
            }
        }

        wrong.ShouldBeEmpty();
    }

    [Fact]
    public void The_agent_has_the_verbs()
    {
        RootCommand root = AgentCommandLine.Build(TextWriter.Null, TextWriter.Null);
        List<string> wrong = [];
        foreach ((string file, string text) in Printed())
        {
            foreach (Match match in AgentVerb().Matches(text))
            {
                string[] words = match.Groups["words"].Value.Split(' ', StringSplitOptions.RemoveEmptyEntries);
                if (words[0] is "starting" or "stopped")
                {
                    continue; // what the log says of it
                }

                if (root.Subcommands.FirstOrDefault(c => c.Name == words[0]) is not { } command)
                {
                    wrong.Add($"{file}: onboarding-agent has no '{words[0]}': {match.Value}");
                }
                else if (command.Subcommands.Count > 0 && words.Length > 1 && command.Subcommands.All(c => c.Name != words[1]))
                {
                    wrong.Add($"{file}: onboarding-agent {words[0]} has no '{words[1]}'");
                }
            }
        }

        wrong.ShouldBeEmpty();
    }

    [Fact]
    public void Nothing_that_is_not_published_is_to_be_installed() => Printed()
        .Where(p => p.Text.Contains("dotnet tool install", StringComparison.Ordinal) || p.Text.Contains("install onboarding-agent", StringComparison.Ordinal))
        .Select(p => p.File).ShouldBeEmpty("no registry has them");

    [Fact]
    public void The_next_step_of_a_failure_begins_with_something_that_can_be_run()
    {
        string[] first = [.. Printed().Where(p => p.File.EndsWith(".cs", StringComparison.Ordinal))
            .SelectMany(p => Shell().Matches(p.Text).Select(m => m.Groups[1].Value)).Distinct()];

        first.ShouldNotBeEmpty();
        first.ShouldBeSubsetOf(Others.Keys);
    }

    private static IEnumerable<(string File, string Text)> Printed()
    {
        foreach (string file in ProductFolders.SelectMany(f => Directory.EnumerateFiles(Path.Combine(Repository.Root, f), "*.cs", SearchOption.AllDirectories))
            .Where(f => !f.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal)))
        {
            foreach (Match literal in Literal().Matches(File.ReadAllText(file)))
            {
                yield return (Path.GetRelativePath(Repository.Root, file), literal.Groups[1].Value);
            }
        }

        foreach (string file in (string[])["docs/troubleshooting.md", "docs/operations.md", "docs/cmdlets/about_Onboarding_Errors.md", "docs/cmdlets/about_Onboarding.md"])
        {
            // Commands are between backticks, or in blocks of a console.
            foreach (Match code in Code().Matches(File.ReadAllText(Path.Combine(Repository.Root, file))))
            {
                yield return (file, code.Groups[1].Value.ReplaceLineEndings(" "));
            }
        }
    }

    [GeneratedRegex("""(?<!///[^\n]*)\$?"((?:[^"\\\n]|\\.)*)""")]
    private static partial Regex Literal();

    [GeneratedRegex("`([^`\n]+(?:\n[^`\n]+)?)`")]
    private static partial Regex Code();

    [GeneratedRegex(@"\b(?<name>(?:Get|Set|New|Remove|Test|Start|Stop|Restart|Register|Unregister|Connect|Disconnect|Export)-(?:Mesh|Onboarding|WorkloadGroup)[A-Za-z]*)(?<rest>(?:(?! and | or |, )[^;|()""`])*)")]
    private static partial Regex Cmdlet();

    [GeneratedRegex(@"(?<![\w$])-([A-Z][A-Za-z]+)")]
    private static partial Regex Parameter();

    [GeneratedRegex(@"(?<![-\w/.])onboarding-agent (?<words>(?:[a-z]+ ?){1,2})(?=[ ;,.`""]|$|--)")]
    private static partial Regex AgentVerb();

    [GeneratedRegex(@"^(?:sudo )?(kubectl|curl|openssl|getent|nc|ls|namei|rm|env|journalctl|systemctl|timedatectl|apt|apt-get|dnf|zypper|yum|npm|pip|helm|docker) ")]
    private static partial Regex Shell();
}
