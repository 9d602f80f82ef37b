using System.Xml.Linq;

namespace Onboarding.Tests.Results;

/// <summary>How one test went.</summary>
/// <param name="Name">Its name, with its arguments.</param>
/// <param name="Outcome"><c>Passed</c>, <c>Failed</c>, <c>NotExecuted</c>, or another word of VSTest's.</param>
/// <param name="Message">Why it failed or was skipped; empty if it passed.</param>
public sealed record ReportedTest(string Name, string Outcome, string Message)
{
    private static readonly XNamespace Trx = "http://microsoft.com/schemas/VisualStudio/TeamTest/2010";

    /// <summary>Reads a report that <c>dotnet test --logger trx</c> wrote.</summary>
    public static IEnumerable<ReportedTest> Read(XDocument report)
    {
        ArgumentNullException.ThrowIfNull(report);
        return report.Descendants(Trx + "UnitTestResult").Select(r => new ReportedTest(
            (string)r.Attribute("testName")!,
            (string)r.Attribute("outcome")!,
            ((string?)r.Descendants(Trx + "Message").FirstOrDefault() ?? "").Trim()));
    }
}
