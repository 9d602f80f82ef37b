using System.CommandLine;
using System.Text.Json.Nodes;
using Onboarding.Client.Configuration;
using Onboarding.Documents;

namespace Onboarding.AgentHost.Commands;

/// <summary><c>config validate</c> and <c>config show</c>: what is wrong with both files, and what the agent makes of them.</summary>
internal static class ConfigCommand
{
    public static Command Build(Func<ParseResult, LoadedConfiguration> load, OutputChoice choice, TextWriter output, TextWriter errors)
    {
        var show = new Command("show", "Print both configurations as the agent reads them, without comments and defaults. Secrets in them are not printed.");
        show.SetAction(parsed => Show(load(parsed), choice.IsJson(parsed), output, errors));
        return new Command("config", "Look at the agent's configuration.") { Validate("validate", load, choice, output), show };
    }

    /// <summary>The command that validates.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="load">Reads both files.</param>
    /// <param name="choice">How to print.</param>
    /// <param name="output">Where to print.</param>
    public static Command Validate(string name, Func<ParseResult, LoadedConfiguration> load, OutputChoice choice, TextWriter output)
    {
        var command = new Command(name, "Read both configuration files and print every problem; exit code 2 if there is an error.");
        command.SetAction(parsed => ValidateCommand.Run(load(parsed), choice.IsJson(parsed), output));
        return command;
    }

    private static int Show(LoadedConfiguration loaded, bool isJson, TextWriter output, TextWriter errors)
    {
        if (loaded.Errors.Any())
        {
            ValidateCommand.Run(loaded, isJson: false, errors);
            errors.WriteLine($"[{loaded.ErrorId}] There is nothing to show. Next: {loaded.NextStep}");
            return ExitCodes.Configuration;
        }

        JsonObject onboarding = loaded.Onboarding!.ToJson();
        JsonObject agent = loaded.Agent!.ToJson();
        HideValues(agent);
        output.WriteLine(isJson
            ? new JsonObject { ["onboarding"] = onboarding, ["agent"] = agent }.ToJsonString()
            : $"# {loaded.OnboardingPlace}\n{ResourceWriter.ToYaml(onboarding).TrimEnd()}\n---\n# {loaded.AgentPlace}{(loaded.AgentIsAbsent ? " (absent)" : "")}\n{ResourceWriter.ToYaml(agent).TrimEnd()}");
        return ExitCodes.Success;
    }

    // What a plugin or a sidecar is given in its environment may be its password.
    private static void HideValues(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject map:
                if (map["env"] is JsonArray variables)
                {
                    foreach (JsonObject variable in variables.OfType<JsonObject>().Where(v => v.ContainsKey("value")))
                    {
                        variable["value"] = "[redacted]";
                    }
                }

                foreach ((_, JsonNode? child) in map)
                {
                    HideValues(child);
                }

                break;
            case JsonArray list:
                foreach (JsonNode? child in list)
                {
                    HideValues(child);
                }

                break;
        }
    }
}
