using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Onboarding.Client.BootConfiguration;
using Onboarding.Client.Errors;

namespace Onboarding.AgentHost.Commands;

/// <summary>
/// <c>bootconfig show</c> and <c>diff</c>: what the sidecar runs on, and what a version changes that waits for its turn in a rollout.
/// Reads beside the running agent.
/// </summary>
internal static class BootConfigurationCommand
{
    // As diff(1) and kubectl diff.
    private const int Differs = 1;

    public static Command Build(Option<string> state, OutputChoice choice, TextWriter output, TextWriter errors)
    {
        var workload = new Option<string?>("--workload")
        {
            Description = "The group joined, namespace/name; by default all.",
            HelpName = "namespace/name",
            Recursive = true,
        };
        var show = new Command("show", "Print the boot configuration in force and, if one waits, its version. Tokens are never printed.");
        show.SetAction(parsed => Run(parsed.GetRequiredValue(state), parsed.GetValue(workload), errors, stored => Show(stored, choice.IsJson(parsed), output)));
        var diff = new Command("diff", "Print what the pending boot configuration changes; exit code 0: nothing waits, 1: it changes something, 2: failure.");
        diff.SetAction(parsed => Run(parsed.GetRequiredValue(state), parsed.GetValue(workload), errors, stored => Diff(stored, choice.IsJson(parsed), output)));
        return new Command("bootconfig", "Look at what the sidecar starts from.") { workload, show, diff };
    }

    private static int Run(string stateDirectory, string? workload, TextWriter errors, Func<StoredBootConfiguration, int> print)
    {
        try
        {
            StoredBootConfiguration[] stored =
                [.. BootConfigurationReader.ReadAll(stateDirectory).Where(s => workload is null || s.Workload == workload)];
            if (stored.Length == 0)
            {
                errors.WriteLine(workload is null
                    ? $"[{ErrorIds.WorkloadUnknown}] This machine has joined no group: there is no boot configuration in {stateDirectory}. Next: onboarding-agent status; another directory is named with --state-directory"
                    : $"[{ErrorIds.WorkloadUnknown}] There is no workload {workload} in {stateDirectory}. Next: onboarding-agent bootconfig show --state-directory {stateDirectory}, which shows all");
                return ExitCodes.Configuration;
            }

            return stored.Max(print);
        }
        catch (OnboardingException e)
        {
            errors.WriteLine(e.Describe());
            return ExitCodes.Configuration;
        }
    }

    private static int Show(StoredBootConfiguration stored, bool isJson, TextWriter output)
    {
        // Against nothing, everything is an addition; so the rules of what may be seen are the same.
        var nothing = new BootFiles(stored.Current?.Version!, "", "", "", "");
        BootFileChange[] lines = stored.Current is { } current ? [.. BootConfigurationDiff.Between(nothing, current).Where(c => c.IsAdded)] : [];
        if (isJson)
        {
            output.WriteLine(Json(stored, "lines", lines, change => change.Text).ToJsonString());
            return ExitCodes.Success;
        }

        Head(stored, output);
        Print(lines, change => change.Text, output);
        return ExitCodes.Success;
    }

    private static int Diff(StoredBootConfiguration stored, bool isJson, TextWriter output)
    {
        IReadOnlyList<BootFileChange> changes =
            stored is { Current: { } current, Pending: { } pending } ? BootConfigurationDiff.Between(current, pending) : [];
        if (isJson)
        {
            output.WriteLine(Json(stored, "changes", changes, change => change.ToString()).ToJsonString());
        }
        else
        {
            Head(stored, output);
            Print(changes, change => change.ToString(), output);
        }

        return changes.Count > 0 ? Differs : ExitCodes.Success;
    }

    private static JsonObject Json(StoredBootConfiguration stored, string name, IEnumerable<BootFileChange> lines, Func<BootFileChange, string> format)
    {
        var files = new JsonObject();
        foreach (IGrouping<string, BootFileChange> file in lines.GroupBy(l => l.File))
        {
            files[file.Key] = new JsonArray([.. file.Select(line => (JsonNode)JsonValue.Create(format(line)))]);
        }

        return new JsonObject
        {
            ["workload"] = stored.Workload,
            ["current"] = Json(stored.Current?.Version),
            ["pending"] = Json(stored.Pending?.Version),
            [name] = files,
        };
    }

    private static JsonObject? Json(BootVersion? version) => version is null ? null : new JsonObject
    {
        ["generation"] = version.Generation,
        ["coreHash"] = version.CoreHash,
        ["liveHash"] = version.LiveHash,
        ["spiffeId"] = version.SpiffeId,
        ["tokenExpiresAt"] = version.TokenExpiresAt.UtcDateTime.ToString("O", CultureInfo.InvariantCulture),
    };

    private static void Head(StoredBootConfiguration stored, TextWriter output)
    {
        output.WriteLine($"workload {stored.Workload}");
        output.WriteLine(stored.Current is { } current
            ? $"in force: {Describe(current.Version)}, istio-token until {current.Version.TokenExpiresAt.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'}"
            : "in force: none");
        output.WriteLine(stored.Pending is { } pending
            ? $"pending:  {Describe(pending.Version)}; the sidecar restarts when its turn comes"
            : "pending:  none");
    }

    private static string Describe(BootVersion version) => string.Create(
        CultureInfo.InvariantCulture, $"generation {version.Generation}, core {Short(version.CoreHash)}, live {Short(version.LiveHash)}");

    private static string Short(string hash) => hash.Length > 12 ? hash[..12] : hash;

    private static void Print(IEnumerable<BootFileChange> changes, Func<BootFileChange, string> format, TextWriter output)
    {
        foreach (IGrouping<string, BootFileChange> file in changes.GroupBy(c => c.File))
        {
            output.WriteLine();
            output.WriteLine(file.Key);
            foreach (BootFileChange change in file)
            {
                output.WriteLine(format(change));
            }
        }
    }
}
