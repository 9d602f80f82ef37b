using System.Globalization;
using System.Text.RegularExpressions;

namespace Onboarding.Bench.Agent;

/// <summary>What a process's own memory is for, by its mappings: RssAnon in its parts, in MB (10⁶ bytes).</summary>
/// <param name="Program">Data of the program: what a native program unpacks at its start, types and texts.</param>
/// <param name="Libraries">Data of libraries.</param>
/// <param name="Native">The C library's heaps: OpenSSL's, mostly.</param>
/// <param name="Stacks">Stacks of threads.</param>
/// <param name="Managed">The rest, which is the collector's heap and what it keeps of it.</param>
internal sealed partial record AnonymousMemory(double Program, double Libraries, double Native, double Stacks, double Managed)
{
    private const ulong ArenaAlignment = 64 * 1024 * 1024;
    private const ulong StackSize = 8192 * 1024;

    public static AnonymousMemory Read(int processId)
    {
        string process = string.Create(CultureInfo.InvariantCulture, $"/proc/{processId}");
        string? program = new FileInfo($"{process}/exe").LinkTarget;
        var parts = new Dictionary<string, double>();
        string part = "";
        ulong end = 0;
        foreach (string line in File.ReadLines($"{process}/smaps"))
        {
            if (Mapping().Match(line) is { Success: true } mapping)
            {
                (ulong start, bool isNext) = (Hex(mapping.Groups[1]), Hex(mapping.Groups[1]) == end && part == nameof(Program));
                end = Hex(mapping.Groups[2]);
                string name = mapping.Groups[3].Value.Trim();
                part = name == program || (name.Length == 0 && isNext) ? nameof(Program)
                    : name.StartsWith('/') ? nameof(Libraries)
                    : name == "[heap]" || (name.Length == 0 && start % ArenaAlignment == 0 && end - start < ArenaAlignment && end - start >= 132 * 1024) ? nameof(Native)
                    : name == "[stack]" || end - start == StackSize ? nameof(Stacks)
                    : nameof(Managed);
            }
            else if (line.StartsWith("Anonymous:", StringComparison.Ordinal))
            {
                double kilobytes = double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
                parts[part] = parts.GetValueOrDefault(part) + (kilobytes * 1024 / 1e6);
            }
        }

        double Of(string name) => parts.GetValueOrDefault(name);
        return new AnonymousMemory(Of(nameof(Program)), Of(nameof(Libraries)), Of(nameof(Native)), Of(nameof(Stacks)), Of(nameof(Managed)));
    }

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"program {Program:0.0}, libraries {Libraries:0.0}, C heap {Native:0.0}, stacks {Stacks:0.0}, managed heap {Managed:0.0} MB");

    private static ulong Hex(Group digits) => ulong.Parse(digits.ValueSpan, NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^([0-9a-f]+)-([0-9a-f]+) \S+ \S+ \S+ \S+\s*(.*)$", RegexOptions.CultureInvariant)]
    private static partial Regex Mapping();
}
