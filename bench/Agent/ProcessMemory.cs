using System.Globalization;

namespace Onboarding.Bench.Agent;

/// <summary>What the kernel says of a process' memory, in MB (10⁶ bytes).</summary>
/// <param name="Resident">VmRSS: all of it.</param>
/// <param name="Anonymous">RssAnon: what is the process' alone. The rest are pages of files, which the kernel may drop.</param>
/// <param name="Parts">What RssAnon is made of.</param>
internal sealed record ProcessMemory(double Resident, double Anonymous, AnonymousMemory Parts)
{
    public static ProcessMemory Read(int processId)
    {
        string[] lines = File.ReadAllLines($"/proc/{processId}/status");
        return new ProcessMemory(Read(lines, "VmRSS:"), Read(lines, "RssAnon:"), AnonymousMemory.Read(processId));
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"RSS {Resident:0.0} MB   RssAnon {Anonymous:0.0} MB");

    private static double Read(string[] lines, string name)
    {
        string line = lines.First(l => l.StartsWith(name, StringComparison.Ordinal));
        return 1024 * double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2].Split('\t')[^1], CultureInfo.InvariantCulture) / 1e6;
    }
}
