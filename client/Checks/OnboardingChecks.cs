using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Onboarding.Client.Channel;
using Onboarding.Client.Checks.Machine;
using Onboarding.Client.Checks.Remote;
using Onboarding.Client.Errors;
using Onboarding.Client.Keys;

namespace Onboarding.Client.Checks;

/// <summary>
/// Looks, before a machine joins and while it is a member, at everything a join needs. Nothing is changed: the plane is asked what it
/// would decide, with the machine's own key, to which its identity is bound; where there is none yet, with one made for the occasion.
/// </summary>
public static class OnboardingChecks
{
    private static readonly IOnboardingCheck[] All =
    [
        new StateDirectoryCheck(), new DiskSpaceCheck(), new OwnerCheck(),
        new NameResolutionCheck(), new ConnectionCheck(), new TlsCheck(), new ClockCheck(),
        new CredentialCheck(), new PolicyCheck(),
        new SidecarProgramCheck(), new SidecarDirectoriesCheck(), new SidecarCertificateCheck(), new PortsCheck(), new RedirectionCheck(),
        new LeftoverRulesCheck(), new AgentGroupCheck(), new OtherFirewallsCheck(), new ProxyNeedsCheck(), new IstiodCheck(),
    ];

    /// <summary>The categories, in their order.</summary>
    public static IReadOnlyList<string> Categories { get; } = [.. All.Select(c => c.Category).Distinct()];

    /// <summary>The names, in their order.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. All.Select(c => c.Name)];

    /// <summary>Runs them, one after the other.</summary>
    /// <param name="options">What would be joined, and how.</param>
    /// <param name="categories">Only these, and what they need; empty for all.</param>
    /// <param name="skip">Names of checks to leave out; what needs them is looked at all the same.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static IAsyncEnumerable<OnboardingCheckResult> RunAsync(
        OnboardingAgentOptions options,
        IReadOnlyCollection<string> categories,
        IReadOnlyCollection<string> skip,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        return RunAsync(new CheckContext(options, options.CreateSidecar()), categories, skip, cancellationToken);
    }

    internal static async IAsyncEnumerable<OnboardingCheckResult> RunAsync(
        CheckContext context,
        IReadOnlyCollection<string> categories,
        IReadOnlyCollection<string> skip,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        AgentKey? own = AgentKeyStore.TryRead(context.Options.StateDirectory, context.Options.MachineIdPath);
        context.HasOwnKey = own is not null;
        using AgentKey key = own ?? new AgentKey(ECDsa.Create(ECCurve.NamedCurves.nistP256), AgentKeyOrigin.Created);
        PlaneChannel? channel = null;
        try
        {
            var failed = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
            HashSet<string> wanted = Wanted(categories);
            foreach (IOnboardingCheck check in All.Where(c => wanted.Contains(c.Name)))
            {
                bool shown = categories.Count == 0 || categories.Contains(check.Category, StringComparer.OrdinalIgnoreCase);
                if (skip.Contains(check.Name, StringComparer.OrdinalIgnoreCase))
                {
                    continue;
                }

                if (check is TlsCheck)
                {
                    (channel, context.Plane) = OpenPlane(context, key);
                }

                OnboardingCheckResult result = await RunOneAsync(check, context, failed, cancellationToken);
                if (result.Status is CheckStatus.Fail or CheckStatus.Skipped)
                {
                    failed.Add(check.Name);
                }

                if (shown || result.Status == CheckStatus.Fail)
                {
                    yield return result;
                }
            }
        }
        finally
        {
            channel?.Dispose();
        }
    }

    private static (PlaneChannel? Channel, PlaneClient? Plane) OpenPlane(CheckContext context, AgentKey key)
    {
        try
        {
            var channel = PlaneChannel.Open(context.Endpoint, context.Time, context.Options.RootCertificates);
            return (channel, new PlaneClient(channel, key, context.Time, context.Options.AgentVersion));
        }
        catch (OnboardingException)
        {
            // The authorities can't be read; the check opens it again, and says so.
            return (null, null);
        }
    }

    private static HashSet<string> Wanted(IReadOnlyCollection<string> categories)
    {
        var wanted = new HashSet<string>(
            All.Where(c => categories.Count == 0 || categories.Contains(c.Category, StringComparer.OrdinalIgnoreCase)).Select(c => c.Name));
        foreach (IOnboardingCheck check in All.Reverse().Where(c => wanted.Contains(c.Name)))
        {
            wanted.UnionWith(check.DependsOn);
        }

        return wanted;
    }

    private static async Task<OnboardingCheckResult> RunOneAsync(
        IOnboardingCheck check,
        CheckContext context,
        HashSet<string> failed,
        CancellationToken cancellationToken)
    {
        long started = context.Time.GetTimestamp();
        CheckOutcome outcome;
        if (check.DependsOn.FirstOrDefault(failed.Contains) is { } missing)
        {
            outcome = CheckOutcome.Skip($"needs '{missing}'");
        }
        else
        {
            try
            {
                outcome = await check.RunAsync(context, cancellationToken);
            }
            catch (OnboardingException e)
            {
                outcome = CheckOutcome.Fail(e);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // One that this user may not make says so; the others are made.
                outcome = CheckOutcome.Fail(
                    ErrorIds.StateDirectoryUnreadable, $"It can't be looked at: {e.Message}", "sudo onboarding-agent check, with the same options");
            }
        }

        return new OnboardingCheckResult
        {
            Category = check.Category,
            Name = check.Name,
            Status = outcome.Status,
            Detail = outcome.Detail,
            Remediation = outcome.Remediation,
            ErrorId = outcome.ErrorId,
            Reason = outcome.Reason,
            Explanation = outcome.Explanation,
            CorrelationId = outcome.CorrelationId,
            Duration = context.Time.GetElapsedTime(started),
            DependsOn = check.DependsOn,
        };
    }
}
