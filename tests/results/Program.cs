using System.Xml.Linq;
using Onboarding.Tests.Results;

if (args is not [var directory, var list])
{
    await Console.Error.WriteLineAsync("usage: test-results <directory with .trx files> <list of allowed skips>");
    return 2;
}

XDocument[] reports = [.. Directory.EnumerateFiles(directory, "*.trx", SearchOption.AllDirectories).Select(f => XDocument.Load(f))];
ReportedTest[] results = [.. reports.SelectMany(ReportedTest.Read)];
foreach (SuiteTime time in reports.Select(SuiteTime.Read).OfType<SuiteTime>().OrderByDescending(t => t.Time))
{
    Console.WriteLine(time);
}

bool isCi = Environment.GetEnvironmentVariable("CI") == "true" && Environment.IsPrivilegedProcess;
Summary summary = Summary.Create(results, AllowedSkips.Parse(await File.ReadAllTextAsync(list)), isCi);
foreach (string line in summary.Lines)
{
    Console.WriteLine(line);
}

return summary.IsSuccess ? 0 : 1;
