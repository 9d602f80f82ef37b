using System.CommandLine;
using Onboarding.Api.Install;
using Onboarding.Api.Reading;
using Onboarding.Documents;

namespace Onboarding.Operator.Commands;

/// <summary><c>onboarding-operator convert</c>: makes an OnboardingPlane of Tetrate's ControlPlane.</summary>
internal static class ConvertCommand
{
    /// <summary>Exit code for a file that can't be read, or has nothing in it to convert.</summary>
    public const int BadInput = 3;

    /// <summary>Makes the command.</summary>
    /// <param name="output">Where the OnboardingPlane goes.</param>
    /// <param name="errors">Where it says what was dropped.</param>
    public static Command Create(TextWriter output, TextWriter errors)
    {
        var file = new Argument<string>("file") { Description = "Manifest with a ControlPlane (install.tetrate.io); - for standard input." };
        var convert = new Command(
            "convert", "Makes an OnboardingPlane of a ControlPlane: kubectl get controlplanes -n istio-system -o yaml | onboarding-operator convert -")
        {
            file,
        };
        convert.SetAction(async (parsed, cancellationToken) => await RunAsync(parsed.GetValue(file)!, output, errors, cancellationToken));
        return convert;
    }

    private static async Task<int> RunAsync(string file, TextWriter output, TextWriter errors, CancellationToken cancellationToken)
    {
        byte[] content;
        try
        {
            content = file == "-" ? await ReadInputAsync(cancellationToken) : await File.ReadAllBytesAsync(file, cancellationToken);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            await errors.WriteLineAsync($"onboarding-operator: {file} can't be read: {e.Message} Next: ls -l {file}");
            return BadInput;
        }

        ReadResult<IReadOnlyList<ControlPlaneConversion>> read = ControlPlaneReader.Read(content);
        if (read.Value is not { } converted)
        {
            await errors.WriteLineAsync($"onboarding-operator: {file}: {string.Join("; ", read.Problems)}. Next: kubectl get controlplanes -A -o yaml");
            return BadInput;
        }

        foreach (string dropped in converted.SelectMany(c => c.Dropped))
        {
            await errors.WriteLineAsync($"dropped: {dropped}");
        }

        ControlPlaneConversion[] planes = [.. converted.Where(c => c.Plane is not null)];
        if (planes.Length == 0)
        {
            await errors.WriteLineAsync(
                $"onboarding-operator: {file} has no ControlPlane with spec.meshExpansion.onboarding. Next: kubectl get controlplanes -A -o yaml");
            return BadInput;
        }

        foreach ((ControlPlaneConversion plane, int i) in planes.Select((p, i) => (p, i)))
        {
            await output.WriteAsync((i == 0 ? "" : "---\n") + ResourceWriter.ToYaml(plane.Plane!));
        }

        Problem[] problems = [.. planes.SelectMany(p => p.Problems).Where(p => p.Severity == ProblemSeverity.Error)];
        foreach (Problem problem in problems)
        {
            await errors.WriteLineAsync($"wrong: {problem}");
        }

        return problems.Length == 0 ? 0 : 1;
    }

    private static async Task<byte[]> ReadInputAsync(CancellationToken cancellationToken)
    {
        using var content = new MemoryStream();
        await using Stream input = Console.OpenStandardInput();
        await input.CopyToAsync(content, cancellationToken);
        return content.ToArray();
    }
}
