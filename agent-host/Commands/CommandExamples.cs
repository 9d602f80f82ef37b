using System.CommandLine;

namespace Onboarding.AgentHost.Commands;

/// <summary>What people type: shown by each command's <c>--help</c>.</summary>
internal static class CommandExamples
{
    private static readonly Dictionary<string, string[]> ByCommand = new(StringComparer.Ordinal)
    {
        ["onboarding-agent"] =
        [
            "onboarding-agent validate --onboarding-config ./onboarding.config.yaml",
            "onboarding-agent status",
        ],
        ["onboarding-agent run"] =
        [
            "onboarding-agent run",
            "onboarding-agent run --onboarding-config ./onboarding.config.yaml --state-directory ~/.onboarding/agent --log-format json",
        ],
        ["onboarding-agent validate"] = ["onboarding-agent validate --onboarding-config ./onboarding.config.yaml --agent-config ./agent.config.yaml"],
        ["onboarding-agent config"] = ["onboarding-agent config show"],
        ["onboarding-agent config validate"] = ["onboarding-agent config validate --json"],
        ["onboarding-agent config show"] = ["onboarding-agent config show", "onboarding-agent config show --json"],
        ["onboarding-agent version"] = ["onboarding-agent version"],
        ["onboarding-agent completion"] = ["onboarding-agent completion bash"],
        ["onboarding-agent support-bundle"] = ["onboarding-agent support-bundle --file /tmp/onboarding-agent-support.tar.gz"],
        ["onboarding-agent whoami"] = ["onboarding-agent whoami", "onboarding-agent whoami --json"],
        ["onboarding-agent check"] = ["onboarding-agent check", "onboarding-agent check --category Sidecar --json", "onboarding-agent check --output junit"],
        ["onboarding-agent bootconfig"] = ["onboarding-agent bootconfig show"],
        ["onboarding-agent bootconfig show"] = ["onboarding-agent bootconfig show --workload bookinfo/ratings"],
        ["onboarding-agent bootconfig diff"] = ["onboarding-agent bootconfig diff"],
        ["onboarding-agent status"] = ["onboarding-agent status", "onboarding-agent status --watch --json"],
        ["onboarding-agent register"] = ["onboarding-agent register --start-sidecar", "onboarding-agent register --override-exclusion"],
        ["onboarding-agent unregister"] = ["onboarding-agent unregister --reason \"kernel update\" --propagation-delay 10"],
        ["onboarding-agent sidecar"] = ["onboarding-agent sidecar restart"],
        ["onboarding-agent sidecar logs"] = ["onboarding-agent sidecar logs", "onboarding-agent sidecar logs --lines 200 --follow"],
        ["onboarding-agent sidecar start"] = ["onboarding-agent sidecar start"],
        ["onboarding-agent sidecar stop"] = ["onboarding-agent sidecar stop --drain-timeout 30"],
        ["onboarding-agent sidecar restart"] = ["onboarding-agent sidecar restart --drain-timeout 5"],
        ["onboarding-agent sidecar clean"] = ["onboarding-agent sidecar clean", "onboarding-agent sidecar clean --stop"],
    };

    /// <summary>A command as it is typed.</summary>
    public static string PathOf(Command command) =>
        command.Parents.OfType<Command>().FirstOrDefault() is { } parent ? $"{PathOf(parent)} {command.Name}" : "onboarding-agent";

    /// <summary>The examples of a command.</summary>
    public static IReadOnlyList<string> For(Command command) => ByCommand.GetValueOrDefault(PathOf(command)) ?? [];
}
