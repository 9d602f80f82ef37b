using System.Text.Json.Nodes;
using Onboarding.Client.Configuration;

namespace Onboarding.AgentHost.Commands;

/// <summary>Reads the configuration and says all that is wrong with them.</summary>
internal static class ValidateCommand
{
    public static int Run(LoadedConfiguration loaded, bool isJson, TextWriter output)
    {
        if (isJson)
        {
            output.WriteLine(Json(loaded).ToJsonString());
        }
        else
        {
            Print(loaded, output);
        }

        return loaded.Errors.Any() ? ExitCodes.Configuration : ExitCodes.Success;
    }

    private static void Print(LoadedConfiguration loaded, TextWriter output)
    {
        foreach (FileProblem problem in loaded.Problems)
        {
            output.WriteLine(problem);
        }

        if (loaded.Onboarding is { } onboarding)
        {
            output.WriteLine(
                $"{loaded.OnboardingPlace}: valid: joins {onboarding.WorkloadGroup.Namespace}/{onboarding.WorkloadGroup.Name} at {onboarding.OnboardingEndpoint.Host}:{onboarding.OnboardingEndpoint.Port}");
        }

        if (loaded.Agent is not null)
        {
            output.WriteLine(loaded.AgentIsAbsent ? $"{loaded.AgentPlace}: absent: all defaults" : $"{loaded.AgentPlace}: valid");
        }

        if (loaded.RootCertificates is not null)
        {
            output.WriteLine($"{ConfigurationVariables.RootCertificatesName}: valid: no other authorities are trusted");
        }
    }

    private static JsonObject Json(LoadedConfiguration loaded) => new()
    {
        ["valid"] = !loaded.Errors.Any(),
        ["onboarding"] = loaded.OnboardingPlace,
        ["agent"] = loaded.AgentPlace,
        ["problems"] = new JsonArray([.. loaded.Problems.Select(problem => (JsonNode)new JsonObject
        {
            ["file"] = problem.File,
            ["line"] = problem.Problem.Line,
            ["path"] = problem.Problem.Path,
            ["severity"] = problem.Problem.Severity.ToString(),
            ["reason"] = problem.Problem.Reason.ToString(),
            ["message"] = problem.Problem.Message,
        })]),
    };
}
