using System.Collections.Concurrent;

namespace Onboarding.Fleet.Contexts;

/// <summary>Contexts of the planes that this process runs. The laptop's plane adds its own; the fleet doesn't know how one is started.</summary>
public static class ProcessContexts
{
    private static readonly ConcurrentDictionary<ClusterContext, Func<bool>> Added = [];

    /// <summary>Those whose plane runs, by name.</summary>
    public static IReadOnlyList<ClusterContext> All =>
        [.. Added.Where(context => context.Value()).Select(context => context.Key).OrderBy(context => context.Name, StringComparer.Ordinal)];

    /// <summary>Finds one whose plane runs.</summary>
    /// <param name="name">Its name, in any case.</param>
    public static ClusterContext? Find(string name) => All.FirstOrDefault(c => c.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    /// <summary>Adds one.</summary>
    /// <param name="context">The context.</param>
    /// <param name="isRunning">Whether its plane runs: it may end at any time.</param>
    public static void Add(ClusterContext context, Func<bool> isRunning) => Added[context] = isRunning;

    /// <summary>Removes one; if it was the connected context, none is.</summary>
    /// <param name="context">The context.</param>
    public static void Remove(ClusterContext context)
    {
        Added.TryRemove(context, out _);
        if (ConnectedContext.Current == context)
        {
            ConnectedContext.Disconnect();
        }
    }
}
