using Google.Protobuf.WellKnownTypes;
using Onboarding.Api;
using Onboarding.Api.Control;
using Onboarding.Client.Errors;

namespace Onboarding.Client.Local;

/// <summary>
/// The sessions of this process whose plane is one on this machine. A plane that its process stops takes them out of the mesh first:
/// their sidecars would go on without a plane that knows of them.
/// </summary>
public static class PlaneSessions
{
    /// <summary>Their groups: <c>namespace/name</c>.</summary>
    /// <param name="endpoint">Where the plane listens, on loopback.</param>
    public static IReadOnlyList<string> Find(Uri endpoint) => [.. SessionsWith(endpoint).Select(s => s.Value.Configuration.WorkloadGroup.ToString()).Distinct(StringComparer.Ordinal)];

    /// <summary>Ends them, all at once: each leaves the mesh, its sidecar drains and stops, what it put on the machine is undone.</summary>
    /// <param name="endpoint">Where the plane listens, on loopback.</param>
    /// <returns>What was ended, by name; with what of it could not be undone.</returns>
    public static async Task<IReadOnlyList<EndedSession>> EndAsync(Uri endpoint) =>
        await Task.WhenAll(SessionsWith(endpoint).Select(session => EndAsync(session.Key, session.Value)));

    private static async Task<EndedSession> EndAsync(string stateDirectory, OnboardingAgent session)
    {
        string name = session.Configuration.WorkloadGroup.ToString();
        OnboardingException? problem = null;
        try
        {
            AgentStatus before = await session.GetStatusAsync(CancellationToken.None);
            name = before.Registration.Length > 0 ? $"{before.Namespace}/{before.Registration}" : name;
            // No one is left to be told of its records: nothing waits for that.
            await session.UnregisterAsync(
                new UnregisterRequest { Reason = "its plane is stopped", PropagationDelay = new Duration() }, null, CancellationToken.None);
        }
        catch (OnboardingException e)
        {
            problem = e;
        }
        finally
        {
            await ProcessSessions.RemoveAsync(stateDirectory);
        }

        return new EndedSession(name, stateDirectory, problem);
    }

    private static IEnumerable<KeyValuePair<string, OnboardingAgent>> SessionsWith(Uri endpoint) => ProcessSessions.All().Where(session =>
        session.Value.Configuration.OnboardingEndpoint is { } own
        && own.Port == endpoint.Port
        && (own.Host.Equals(endpoint.Host, StringComparison.OrdinalIgnoreCase) || IsLoopback(own.Host)));

    private static bool IsLoopback(string host) =>
        Uri.TryCreate($"https://{(host.Contains(':', StringComparison.Ordinal) ? $"[{host.Trim('[', ']')}]" : host)}", UriKind.Absolute, out Uri? address)
        && address.IsLoopback;
}

/// <summary>A session that was ended.</summary>
/// <param name="Name">Of its registration or, where it had none, of its group; with the namespace.</param>
/// <param name="StateDirectory">Its state directory, which is free now.</param>
/// <param name="Problem">What of it is left, and what to do about that; null if nothing.</param>
public sealed record EndedSession(string Name, string StateDirectory, OnboardingException? Problem)
{
    /// <summary>Of its registration or, where it had none, of its group; with the namespace.</summary>
    public string Name { get; } = ForeignText.Clean(Name);
}
