using System.Text;
using System.Text.RegularExpressions;

namespace Onboarding.Client.Sidecar.Istio.Redirection;

/// <summary>
/// Finds Istio's own chains and the jumps to them in what <c>iptables-save</c> prints. Each is removed by its name: a flush of a built-in
/// chain or a restored snapshot would take along what Docker, firewalld or the administrator put there meanwhile.
/// </summary>
internal static partial class IptablesRules
{
    private const string Prefix = "ISTIO_";

    // TPROXY's rules in built-in chains jump to no chain of Istio's. These marks and forms are Istio's alone (1337 and 1338).
    private static readonly string[] Marked =
    [
        "-A PREROUTING -p tcp -m mark --mark 0x539 -j CONNMARK --save-mark",
        "-A OUTPUT -o lo -p tcp -m mark --mark 0x539 -j RETURN",
        "-A OUTPUT -p tcp -o lo -m mark --mark 0x539 -j RETURN",
        "-A OUTPUT -p tcp -m connmark --mark 0x539 -j CONNMARK --restore-mark",
    ];

    private static readonly (string Start, string End) Outbound = ("-A OUTPUT ! -d ", "-j MARK --set-xmark 0x53a/0xffffffff");

    /// <summary>What is in force, in the order in which it can be removed.</summary>
    /// <param name="saved">What <c>iptables-save</c> printed.</param>
    /// <param name="tool">The program of the same backend that removes rules.</param>
    public static IReadOnlyList<RedirectionPart> Find(string saved, string tool)
    {
        var jumps = new List<RedirectionPart>();
        var flushes = new List<RedirectionPart>();
        var chains = new List<RedirectionPart>();
        HashSet<string> interfaces = [.. Interface().Matches(saved).Select(match => match.Groups["name"].Value)];
        string table = "";
        string name = Path.GetFileName(tool);
        foreach (string line in saved.Split('\n').Select(l => l.Trim()))
        {
            if (line.StartsWith('*'))
            {
                table = line[1..];
            }
            else if (line.StartsWith(':') && line[1..].Split(' ')[0] is { } chain && chain.StartsWith(Prefix, StringComparison.Ordinal))
            {
                flushes.Add(new RedirectionPart($"{name} -t {table} chain {chain}", tool, ["-w", "10", "-t", table, "-F", chain]));
                chains.Add(new RedirectionPart($"{name} -t {table} chain {chain}", tool, ["-w", "10", "-t", table, "-X", chain]));
            }
            else if (line.StartsWith("-A ", StringComparison.Ordinal))
            {
                string[] words = Words(line);
                if (!words[1].StartsWith(Prefix, StringComparison.Ordinal) && (JumpsToIstio(words) || (table == "mangle" && IsMarked(line)) || (table == "nat" && ReturnsFrom(words, interfaces))))
                {
                    jumps.Add(new RedirectionPart($"{name} -t {table} {line}", tool, ["-w", "10", "-t", table, "-D", .. words[1..]]));
                }
            }
        }

        return [.. jumps, .. flushes, .. chains];
    }

    // KUBE_VIRT_INTERFACES makes two rules for each interface, and this one alone looks like anybody's. One of them, beside its other half.
    private static bool ReturnsFrom(string[] words, HashSet<string> interfaces) =>
        words is [_, "PREROUTING", "-i", { } name, "-j", "RETURN"] && interfaces.Remove(name);

    private static bool JumpsToIstio(string[] words)
    {
        int jump = Array.FindIndex(words, word => word is "-j" or "-g");
        return jump >= 0 && jump + 1 < words.Length && words[jump + 1].StartsWith(Prefix, StringComparison.Ordinal);
    }

    private static bool IsMarked(string line) =>
        Marked.Any(rule => line.StartsWith(rule, StringComparison.Ordinal))
        || (line.StartsWith(Outbound.Start, StringComparison.Ordinal) && line.EndsWith(Outbound.End, StringComparison.Ordinal) && line.Contains(" -o lo ", StringComparison.Ordinal));

    // A comment is quoted, and may hold anything, an option's name included.
    private static string[] Words(string rule)
    {
        var words = new List<string>();
        StringBuilder? word = null;
        bool quoted = false;
        for (int i = 0; i < rule.Length; i++)
        {
            char c = rule[i];
            if (c == '\\' && quoted && i + 1 < rule.Length)
            {
                word!.Append(rule[++i]);
            }
            else if (c == '"')
            {
                quoted = !quoted;
                word ??= new StringBuilder();
            }
            else if (c == ' ' && !quoted)
            {
                Add();
            }
            else
            {
                (word ??= new StringBuilder()).Append(c);
            }
        }

        Add();
        return [.. words];

        void Add()
        {
            if (word is not null)
            {
                words.Add(word.ToString());
                word = null;
            }
        }
    }

    [GeneratedRegex("^-A PREROUTING -i (?<name>[^ ]+) -j ISTIO_REDIRECT$", RegexOptions.Multiline)]
    private static partial Regex Interface();
}
