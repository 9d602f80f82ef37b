using System.CommandLine;
using Onboarding.Plane.Audit;

namespace Onboarding.Plane.Hosting;

/// <summary><c>audit verify</c> of the plane's programs: says whether an audit log was changed after it was written.</summary>
internal static class AuditCommand
{
    private const int MostShown = 20;

    /// <summary>Makes the command.</summary>
    /// <param name="program">The program's name.</param>
    /// <param name="output">Where the result goes.</param>
    /// <param name="errors">Where problems go.</param>
    public static Command Create(string program, TextWriter output, TextWriter errors)
    {
        var file = new Argument<string>("file") { Description = "The file of --audit-log. The ones that were put aside (FILE.1, FILE.2) are read with it." };
        var expect = new Option<string?>("--expect") { Description = "Hash that an earlier run printed: its record must still be there.", HelpName = "hash" };
        var verify = new Command("verify", "Says whether records were changed or taken out. Exit code 1: they were.") { file, expect };
        verify.SetAction(parsed => Run(program, parsed.GetValue(file)!, parsed.GetValue(expect), output, errors));
        return new Command("audit", "Commands about the audit log.") { verify };
    }

    private static int Run(string program, string file, string? expected, TextWriter output, TextWriter errors)
    {
        AuditVerifier result;
        try
        {
            result = AuditVerifier.Verify([.. PutAside(file), file], expected);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            errors.WriteLine($"{program}: {file} can't be read: {e.Message} Next: ls -l {file}*");
            return PlaneProgram.WrongUse;
        }

        foreach (string problem in result.Problems.Take(MostShown))
        {
            errors.WriteLine(problem);
        }

        if (result.Problems.Count > MostShown)
        {
            errors.WriteLine($"and {result.Problems.Count - MostShown} more");
        }

        string beginning = result.IsFromBeginning ? "from the first that was written" : "what came before the first is not here";
        output.WriteLine($"{result.Records} records ({beginning}), {(result.Problems.Count == 0 ? "none changed" : $"{result.Problems.Count} problems")}. Last hash: {result.Last ?? "none"}");
        return result.Problems.Count == 0 ? 0 : 1;
    }

    private static IEnumerable<string> PutAside(string file) => Enumerable.Range(1, 1_000_000)
        .Select(i => $"{file}.{i}").TakeWhile(File.Exists).Reverse();
}
