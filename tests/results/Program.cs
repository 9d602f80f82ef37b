using System.Xml.Linq;
using Onboarding.Tests.Results;

if (args is not [var directory, var list])
{
    await Console.Error.WriteLineAsync("usage: test-results <directory with .trx files> <list of allowed skips>");
    return 2;
}

ReportedTest[] results = [.. Directory.EnumerateFiles(directory, "*.trx", SearchOption.AllDirectories).SelectMany(f => ReportedTest.Read(XDocument.Load(f)))];
bool isCi = Environment.GetEnvironmentVariable("CI") == "true" && Environment.IsPrivilegedProcess;
Summary summary = Summary.Of(results, AllowedSkips.Parse(await File.ReadAllTextAsync(list)), isCi);
foreach (string line in summary.Lines)
{
    Console.WriteLine(line);
}

return summary.IsSuccess ? 0 : 1;
