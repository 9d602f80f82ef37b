using System.CommandLine;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using Onboarding.Client;
using Onboarding.Client.Checks;
using Onboarding.Client.Configuration;

namespace Onboarding.AgentHost.Commands;

/// <summary><c>check</c>: looks at everything a join needs, before and after, and changes nothing.</summary>
internal static class CheckCommand
{
    public static Command Build(
        Func<ParseResult, LoadedConfiguration> load, Option<string> state, OutputChoice choice, TextWriter output, TextWriter errors)
    {
        var category = new Option<string[]>("--category")
        {
            Description = $"Only these, and what they need: {string.Join(", ", OnboardingChecks.Categories)}.",
            AllowMultipleArgumentsPerToken = true,
        };
        var skip = new Option<string[]>("--skip") { Description = "Names of checks to leave out.", AllowMultipleArgumentsPerToken = true };
        var format = new Option<CheckFormat>("--output") { Description = "Text, Json: as --json, or JUnit: for CI systems." };
        var command = new Command("check", "Look at everything that a join and the sidecar need, and change nothing; exit code 1 if something fails.") { category, skip, format };
        command.SetAction(async (parsed, stop) => await RunAsync(
            load(parsed),
            parsed.GetRequiredValue(state),
            parsed.GetValue(category) ?? [],
            parsed.GetValue(skip) ?? [],
            Writer(choice.IsJson(parsed) ? CheckFormat.Json : parsed.GetValue(format), choice, output),
            output,
            errors,
            stop));
        return command;
    }

    private static async Task<int> RunAsync(
        LoadedConfiguration loaded,
        string stateDirectory,
        string[] categories,
        string[] skip,
        CheckWriter writer,
        TextWriter output,
        TextWriter errors,
        CancellationToken stop)
    {
        if (loaded.Errors.Any())
        {
            foreach (FileProblem problem in loaded.Problems)
            {
                await errors.WriteLineAsync(problem.ToString());
            }

            await errors.WriteLineAsync($"[{loaded.ErrorId}] There is nothing to check without a configuration. Next: {loaded.NextStep}");
            return ExitCodes.Configuration;
        }

        var options = new OnboardingAgentOptions
        {
            Onboarding = loaded.Onboarding!,
            Agent = loaded.Agent!,
            RootCertificates = loaded.RootCertificates,
            StateDirectory = stateDirectory,
            AgentVersion = AgentVersion.Text,
            LoggerFactory = NullLoggerFactory.Instance,
        };
        int exitCode = ExitCodes.Success;
        List<OnboardingCheckResult> all = [];
        await foreach (OnboardingCheckResult result in OnboardingChecks.RunAsync(options, categories, skip, stop))
        {
            all.Add(result);
            if (writer.Each is { } each)
            {
                await output.WriteLineAsync(each(result));
            }

            exitCode = result.Status == CheckStatus.Fail ? ExitCodes.Failure : exitCode;
        }

        if (writer.All is { } report)
        {
            await output.WriteLineAsync(report(all));
        }

        return exitCode;
    }

    private static CheckWriter Writer(CheckFormat format, OutputChoice choice, TextWriter output)
    {
        bool isColoured = choice.IsColoured(output);
        return format switch
        {
            CheckFormat.Json => new CheckWriter(Json, null),
            CheckFormat.JUnit => new CheckWriter(null, JUnitReport.Write),
            _ => new CheckWriter(result => Text(result, isColoured), null),
        };
    }

    /// <summary>A check for people.</summary>
    /// <param name="result">The check.</param>
    /// <param name="isColoured">Whether its status has a colour.</param>
    internal static string Text(OnboardingCheckResult result, bool isColoured)
    {
        string status = $"{result.Status,-7}";
        if (isColoured)
        {
            int colour = result.Status switch { CheckStatus.Pass => 32, CheckStatus.Warn => 33, CheckStatus.Fail => 31, _ => 2 };
            status = $"\e[{colour.ToString(System.Globalization.CultureInfo.InvariantCulture)}m{status}\e[0m";
        }

        return $"{status} {result.Name}: {result.Detail}"
            + (result.Remediation.Length > 0 ? $"{Environment.NewLine}        Next: {result.Remediation}" : "");
    }

    // The names of Test-MeshOnboarding's output.
    private static string Json(OnboardingCheckResult result) => new JsonObject
    {
        ["status"] = result.Status.ToString(),
        ["category"] = result.Category,
        ["name"] = result.Name,
        ["detail"] = result.Detail,
        ["remediation"] = result.Remediation,
        ["errorId"] = result.ErrorId,
        ["reason"] = result.Reason,
        ["explanation"] = result.Explanation,
        ["correlationId"] = result.CorrelationId,
        ["milliseconds"] = result.Duration.TotalMilliseconds,
    }.ToJsonString();
}

/// <summary>How checks are printed.</summary>
internal enum CheckFormat
{
    /// <summary>For people.</summary>
    Text,

    /// <summary>One JSON object a line.</summary>
    Json,

    /// <summary>For CI systems.</summary>
    JUnit,
}

/// <summary>What prints checks: each when it is known, or all at the end.</summary>
internal sealed record CheckWriter(Func<OnboardingCheckResult, string>? Each, Func<IReadOnlyList<OnboardingCheckResult>, string>? All);
