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
    public static Command Build(Func<ParseResult, LoadedConfiguration> load, Option<string> state, TextWriter output, TextWriter errors)
    {
        var category = new Option<string[]>("--category")
        {
            Description = $"Only these, and what they need: {string.Join(", ", OnboardingChecks.Categories)}.",
            AllowMultipleArgumentsPerToken = true,
        };
        var skip = new Option<string[]>("--skip") { Description = "Names of checks to leave out.", AllowMultipleArgumentsPerToken = true };
        var format = new Option<OutputFormat>("--output") { Description = "Text, or Json: one object a line." };
        var command = new Command("check", "Look at everything that a join and the sidecar need, and change nothing; exit code 1 if something fails.") { category, skip, format };
        command.SetAction(async (parsed, stop) => await RunAsync(
            load(parsed),
            parsed.GetRequiredValue(state),
            parsed.GetValue(category) ?? [],
            parsed.GetValue(skip) ?? [],
            parsed.GetValue(format) == OutputFormat.Json ? Json : Text,
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
        Func<OnboardingCheckResult, string> format,
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
        await foreach (OnboardingCheckResult result in OnboardingChecks.RunAsync(options, categories, skip, stop))
        {
            await output.WriteLineAsync(format(result));
            exitCode = result.Status == CheckStatus.Fail ? ExitCodes.Failure : exitCode;
        }

        return exitCode;
    }

    private static string Text(OnboardingCheckResult result) =>
        $"{result.Status,-7} {result.Name}: {result.Detail}" + (result.Remediation.Length > 0 ? $"{Environment.NewLine}        Next: {result.Remediation}" : "");

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
