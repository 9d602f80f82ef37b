using System.Xml.Linq;

namespace Onboarding.Tests.Results;

/// <summary>How long a suite ran.</summary>
/// <param name="Suite">The name of its assembly, without what all have in common.</param>
/// <param name="Time">From its start to its end, with what ran beside it.</param>
public sealed record SuiteTime(string Suite, TimeSpan Time)
{
    private static readonly XNamespace Trx = "http://microsoft.com/schemas/VisualStudio/TeamTest/2010";

    /// <summary>Reads a report that <c>dotnet test --logger trx</c> wrote; null if it has no test.</summary>
    public static SuiteTime? Read(XDocument report)
    {
        ArgumentNullException.ThrowIfNull(report);
        string? assembly = (string?)report.Descendants(Trx + "TestMethod").FirstOrDefault()?.Attribute("codeBase");
        XElement? times = report.Descendants(Trx + "Times").FirstOrDefault();
        return assembly is null || times is null ? null : new SuiteTime(
            Path.GetFileNameWithoutExtension(assembly).Replace("Onboarding.Tests.", "", StringComparison.Ordinal),
            (DateTimeOffset)times.Attribute("finish")! - (DateTimeOffset)times.Attribute("start")!);
    }

    /// <summary>The line that is printed.</summary>
    public override string ToString() => FormattableString.Invariant($"{Time.TotalMinutes,5:F1} min  {Suite}");
}
