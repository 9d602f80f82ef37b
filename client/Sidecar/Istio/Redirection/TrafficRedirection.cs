using Microsoft.Extensions.Logging;
using Onboarding.Client.Errors;
using Onboarding.Client.Processes;

namespace Onboarding.Client.Sidecar.Istio.Redirection;

/// <summary>
/// The redirection of this machine's traffic to the sidecar. Istio's start script makes it when the agent says so, and not at its start: with the
/// control plane away no name would resolve. This also undoes it, whatever ended the sidecar: rules that outlive it send all traffic, and all
/// look-ups of names, to ports where no one listens.
/// </summary>
/// <param name="root">Root of the file system; <c>/</c> but for tests.</param>
/// <param name="record">What the rules in force were made with.</param>
/// <param name="logger">Where to log.</param>
internal sealed partial class TrafficRedirection(string root, RedirectionRecord record, ILogger logger)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private readonly MachineTools _tools = new(root);

    /// <summary>Istio's own cleanup, with the environment of the last start.</summary>
    public Launch Clean => Script("clean");

    private Launch Script(string argument) => new(Path.Combine(root, IstioSidecar.StartScript))
    {
        Arguments = [argument],
        WorkingDirectory = root,
        Environment = new Dictionary<string, string> { ["ISTIO_SIDECAR_CONFIG"] = record.SidecarEnv, ["ISTIO_CLUSTER_CONFIG"] = record.ClusterEnv },
    };

    /// <summary>
    /// Before a start: nothing of an earlier one is left, and what the next end needs to undo this one is on disk. Rules that are in force stay in
    /// force, made again if they are to be others: who can make the sidecar crash must not get past it.
    /// </summary>
    /// <param name="next">What the rules are made with.</param>
    /// <param name="captures">True to make them where there are none.</param>
    /// <exception cref="OnboardingException"><see cref="ErrorIds.RedirectionNotRemoved"/>, or they could not be made.</exception>
    public async Task PrepareAsync(SidecarEnvironment next, bool captures)
    {
        int inForce = record.Exists && !record.Read().HasOwnRules ? await CountAsync() : 0;
        if (inForce > 0 && record.Parts == inForce && record.Read().Equals(next))
        {
            return;
        }

        await RemoveAllAsync(next);
        record.Keep(next);
        if (captures || inForce > 0)
        {
            await MakeAsync();
        }
    }

    /// <summary>Makes the rules with the environment of the last start; where they are in force, nothing happens.</summary>
    /// <returns>False if they are the administrator's to make.</returns>
    /// <exception cref="OnboardingException">They could not be made; none is in force.</exception>
    public async Task<bool> MakeAsync()
    {
        if (!record.Exists || record.Read().HasOwnRules)
        {
            return false;
        }

        if (record.Parts is { } parts && parts == await CountAsync())
        {
            return true;
        }

        FinishedCommand made = await FinishedCommand.RunAsync(Script("init"), Patience);
        int count = await CountAsync();
        if (!made.Succeeded)
        {
            // Half of them would be worse than none: names without connections.
            await CleanAsync();
            await RemoveLeftoversAsync(wasMade: true);
            throw new OnboardingException(
                ErrorIds.SidecarFailed,
                $"Istio's redirection of this machine's traffic could not be made: {made.Errors.TrimEnd().Split('\n')[^1]}",
                $"onboarding-agent check --category Sidecar; sudo {Clean.Path} init");
        }

        record.Parts = count;
        return true;
    }

    /// <summary>Undoes the rules, and keeps what they are made with.</summary>
    /// <returns>False if there were none, or none of the agent's.</returns>
    /// <exception cref="OnboardingException"><see cref="ErrorIds.RedirectionNotRemoved"/>.</exception>
    public async Task<bool> ReleaseAsync()
    {
        if (!record.Exists || record.Read().HasOwnRules || await CountAsync() == 0)
        {
            return false;
        }

        record.Parts = null;
        await CleanAsync();
        await RemoveLeftoversAsync(wasMade: true);
        return true;
    }

    /// <summary>Undoes what the last start made, and what a start by hand did: Istio's own start would fail on it.</summary>
    /// <param name="next">What rules would be made with now.</param>
    /// <exception cref="OnboardingException"><see cref="ErrorIds.RedirectionNotRemoved"/>.</exception>
    public async Task RemoveAllAsync(SidecarEnvironment next)
    {
        await UndoAsync();
        if (!next.HasOwnRules)
        {
            await RemoveLeftoversAsync();
        }
    }

    /// <summary>Undoes what the last start made; nothing happens if that was done.</summary>
    /// <exception cref="OnboardingException"><see cref="ErrorIds.RedirectionNotRemoved"/>; the record is kept.</exception>
    public async Task UndoAsync()
    {
        if (!record.Exists)
        {
            return;
        }

        if (!record.Read().HasOwnRules)
        {
            record.Parts = null;
            await CleanAsync();
            await RemoveLeftoversAsync(wasMade: true);
        }

        record.Forget();
    }

    private async Task<int> CountAsync() => (await MachineRules.ReadAsync(_tools)).Redirection(wasMade: true).Count;

    private async Task CleanAsync()
    {
        Launch clean = Clean;
        if (!Executables.IsExecutable(clean.Path))
        {
            // The package is gone; its rules needn't be.
            return;
        }

        FinishedCommand cleaned = await FinishedCommand.RunAsync(clean, Patience);
        if (!cleaned.Succeeded)
        {
            LogCleanFailed(logger, clean.Path, cleaned.ExitCode, cleaned.Errors.TrimEnd().Split('\n')[^1]);
        }
    }

    // Istio's cleanup knows its own rules only, and not those of another version or of a start that was cut short.
    private async Task RemoveLeftoversAsync(bool wasMade = false)
    {
        MachineRules rules = await MachineRules.ReadAsync(_tools);
        if (rules.Unseen.Count > 0)
        {
            LogUnseen(logger, string.Join("; ", rules.Unseen));
        }

        string problem = "";
        IReadOnlyList<RedirectionPart> left = rules.Redirection(wasMade);
        foreach (RedirectionPart part in left)
        {
            FinishedCommand removed = await part.RemoveAsync();
            problem = removed.Succeeded ? problem : removed.Errors.Trim();
        }

        if (left.Count == 0)
        {
            return;
        }

        LogRemoved(logger, left.Count);
        string[] still = [.. (await MachineRules.ReadAsync(_tools)).Redirection().Select(p => p.Shown).Distinct()];
        if (still.Length > 0)
        {
            throw new OnboardingException(
                ErrorIds.RedirectionNotRemoved,
                $"Istio's redirection of this machine's traffic couldn't be removed: {string.Join(", ", still.Take(3))}{(still.Length > 3 ? $" and {still.Length - 3} more" : "")}: {problem}",
                "sudo onboarding-agent check; sudo onboarding-agent sidecar clean");
        }
    }

    [LoggerMessage(5311, LogLevel.Warning, "{Script} clean failed with exit code {ExitCode} ({LastLine}); what is left is removed one by one", EventName = "RedirectionCleanFailed")]
    private static partial void LogCleanFailed(ILogger logger, string script, int exitCode, string lastLine);

    [LoggerMessage(5312, LogLevel.Warning, "Removed {Count} rules and chains of Istio's that an earlier start had left", EventName = "RedirectionLeftoversRemoved")]
    private static partial void LogRemoved(ILogger logger, int count);

    [LoggerMessage(5313, LogLevel.Debug, "Some forms of rules can't be looked at here: {Unseen}", EventName = "RedirectionUnseen")]
    private static partial void LogUnseen(ILogger logger, string unseen);
}

/// <summary>A part of Istio's redirection that is in force, and the one command that takes it away and nothing else.</summary>
/// <param name="Shown">What it is, for people.</param>
/// <param name="Tool">The program that removes it.</param>
/// <param name="Removal">Its arguments.</param>
internal sealed record RedirectionPart(string Shown, string Tool, IReadOnlyList<string> Removal)
{
    /// <summary>Removes it.</summary>
    public Task<FinishedCommand> RemoveAsync() => MachineTools.RunAsync(Tool, Removal);
}
