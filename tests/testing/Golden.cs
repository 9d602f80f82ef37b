using System.Globalization;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Shouldly;
using Xunit;
using Xunit.Sdk;
using Xunit.v3;

namespace Onboarding.Testing;

/// <summary>
/// Wording, held in the suite's <c>golden/</c> folder: one file for each file of tests, one section for each text that a test looks at. A test asserts
/// ids, codes, fields and values itself; what people read is compared here, so that one pass over the sentences is one pass over these files.
/// ONBOARDING_UPDATE_GOLDEN=1 writes them again, to be looked at before they are committed.
/// </summary>
public static partial class Golden
{
    private const string Heading = "## ";
    private const string Shortened = "···";
    private static readonly Lock Files = new();

    /// <summary>Compares a text with its section.</summary>
    /// <param name="text">What people read.</param>
    /// <param name="masks">Values that differ from run to run, and what stands for them. Directories, ports, pids and uids are masked without it.</param>
    /// <param name="source">The file of tests.</param>
    public static void ShouldBeGolden(this string? text, (string Value, string Name)[]? masks = null, [CallerFilePath] string source = "")
    {
        string actual = Mask(text.ShouldNotBeNull(), masks ?? []);
        string file = FileOf(source);
        string name = NextName();
        lock (Files)
        {
            SortedDictionary<string, string> sections = Read(file);
            if (Environment.GetEnvironmentVariable("ONBOARDING_UPDATE_GOLDEN") == "1")
            {
                sections[name] = actual;
                Write(file, sections);
            }

            sections.ShouldContainKey(name, $"{file} lacks it; write it with ONBOARDING_UPDATE_GOLDEN=1");
            actual.ShouldBe(sections[name], $"{file}, section {name}; write it with ONBOARDING_UPDATE_GOLDEN=1");
        }
    }

    /// <summary>Compares lines with their section.</summary>
    /// <param name="lines">What people read.</param>
    /// <param name="masks">Values that differ from run to run, and what stands for them.</param>
    /// <param name="source">The file of tests.</param>
    public static void ShouldBeGolden(this IEnumerable<string> lines, (string Value, string Name)[]? masks = null, [CallerFilePath] string source = "") =>
        string.Join('\n', lines).ShouldBeGolden(masks, source);

    /// <summary>The sections of a golden file, by name.</summary>
    /// <param name="file">Its path.</param>
    public static SortedDictionary<string, string> Read(string file)
    {
        SortedDictionary<string, string> sections = new(StringComparer.Ordinal);
        if (File.Exists(file))
        {
            foreach (string section in ("\n" + File.ReadAllText(file)).Split("\n" + Heading, StringSplitOptions.RemoveEmptyEntries))
            {
                int end = section.IndexOf('\n', StringComparison.Ordinal);
                sections[section[..end]] = section[(end + 1)..].TrimEnd('\n');
            }
        }

        return sections;
    }

    private static void Write(string file, SortedDictionary<string, string> sections)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        StringBuilder written = new();
        foreach ((string name, string text) in sections)
        {
            written.Append(Heading).Append(name).Append('\n').Append(text).Append("\n\n");
        }

        File.WriteAllText(file, written.ToString().TrimEnd('\n') + "\n");
    }

    // A deterministic build writes another root into the path, so only what follows tests/ counts.
    private static string FileOf(string source)
    {
        string path = source.Replace('\\', '/');
        string[] parts = path[(path.LastIndexOf("/tests/", StringComparison.Ordinal) + "/tests/".Length)..].Split('/');
        return Path.ChangeExtension(Path.Combine([Repository.Root, "tests", parts[0], "golden", .. parts[1..]]), ".txt");
    }

    private static string NextName()
    {
        ITest test = TestContext.Current.Test.ShouldNotBeNull();
        string shown = test.TestDisplayName;
        string method = TestContext.Current.TestMethod.ShouldNotBeNull().MethodName;
        string name = Unstable().Replace(shown[shown.IndexOf(method, StringComparison.Ordinal)..].ReplaceLineEndings("\\n"), "<dir>");
        if (name.Contains(Shortened, StringComparison.Ordinal) && test is IXunitTest { TestMethodArguments: { } arguments })
        {
            // The display name cuts long arguments, so that two rows may have the same.
            string all = Unstable().Replace(string.Join('\0', arguments.Select(a => Convert.ToString(a, CultureInfo.InvariantCulture))), "<dir>");
            name += $" ~{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(all)))[..8]}";
        }

        int count = (int)TestContext.Current.KeyValueStorage.AddOrUpdate($"golden {test.UniqueID}", 1, (_, before) => (int)before! + 1)!;
        return count == 1 ? name : $"{name} #{count}";
    }

    private static string Mask(string text, (string Value, string Name)[] masks)
    {
        foreach ((string value, string name) in masks.Where(m => m.Value.Length > 0))
        {
            text = text.Replace(value, $"<{name}>", StringComparison.Ordinal);
        }

        text = Unstable().Replace(text.ReplaceLineEndings("\n"), "<dir>").Replace(AppContext.BaseDirectory.TrimEnd('/'), "<program>", StringComparison.Ordinal)
            .Replace(Repository.Root, "<repository>", StringComparison.Ordinal);
        return Pids().Replace(Uids().Replace(Ports().Replace(text, "$1:<port>"), "<uid>"), "pid <pid>").TrimEnd('\n');
    }

    [GeneratedRegex(@"/tmp/onboarding-\w+")]
    private static partial Regex Unstable();

    [GeneratedRegex(@"\b(localhost|127\.0\.0\.1|\[::1\]):[1-9]\d{3,4}\b")]
    private static partial Regex Ports();

    [GeneratedRegex("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")]
    private static partial Regex Uids();

    [GeneratedRegex(@"\bpid \d+")]
    private static partial Regex Pids();
}
