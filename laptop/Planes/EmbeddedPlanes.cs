using System.Collections.Concurrent;
using Onboarding.Client.Errors;
using Onboarding.Fleet.Contexts;

namespace Onboarding.Laptop.Planes;

/// <summary>The planes that this process started, for all of its runspaces.</summary>
public static class EmbeddedPlanes
{
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(20);
    private static readonly ConcurrentDictionary<string, EmbeddedPlane> Running = new(StringComparer.OrdinalIgnoreCase);
    private static readonly SemaphoreSlim OneAtATime = new(1);

    /// <summary>Those that run, by name.</summary>
    public static IReadOnlyList<EmbeddedPlane> All => [.. Running.Values.Where(p => p.IsRunning).OrderBy(p => p.Name, StringComparer.Ordinal)];

    /// <summary>The name of a plane that keeps its data there.</summary>
    /// <param name="dataDirectory">Absolute.</param>
    public static string NameOf(string dataDirectory) => PlaneName.ForDirectory(dataDirectory, name => Find(name)?.DataDirectory);

    /// <summary>Starts one and waits until it is ready.</summary>
    /// <param name="options">How.</param>
    /// <param name="log">Takes what happens, line by line.</param>
    /// <param name="cancellationToken">Cancels it; nothing is left running.</param>
    /// <exception cref="OnboardingException">It can't be started, or runs already.</exception>
    public static async Task<EmbeddedPlane> StartAsync(LaptopPlaneOptions options, Action<string> log, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        await OneAtATime.WaitAsync(cancellationToken);
        try
        {
            string name = NameOf(options.DataDirectory);
            if (Running.TryGetValue(name, out EmbeddedPlane? there) && there.IsRunning)
            {
                throw new OnboardingException(
                    ModuleErrorIds.PlaneAlreadyRunning,
                    $"The plane '{name}' runs already: {there.Endpoint}, process {there.ProcessId}, data in {there.DataDirectory}.",
                    $"use it (Connect-OnboardingPlane -Context {name}), or stop it first (Stop-OnboardingPlane {name})");
            }

            EmbeddedPlane plane = await PlaneStarter.StartAsync(name, options, log, cancellationToken);
            Running[name] = plane;
            ProcessContexts.Add(plane.Context, () => plane.IsRunning);
            return plane;
        }
        finally
        {
            OneAtATime.Release();
        }
    }

    /// <summary>Finds one that runs.</summary>
    /// <param name="name">Its name.</param>
    public static EmbeddedPlane? Find(string name) => Running.TryGetValue(name, out EmbeddedPlane? plane) && plane.IsRunning ? plane : null;

    /// <summary>Stops one and waits until it has ended; if it was the connected context, none is.</summary>
    /// <param name="plane">Which.</param>
    /// <param name="removeData">Remove what it kept, too.</param>
    public static async Task StopAsync(EmbeddedPlane plane, bool removeData)
    {
        ArgumentNullException.ThrowIfNull(plane);
        plane.IsStopped = true;
        await plane.Process.StopAsync(StopPatience);
        await plane.Process.DisposeAsync();
        Running.TryRemove(new KeyValuePair<string, EmbeddedPlane>(plane.Name, plane));
        ProcessContexts.Remove(plane.Context);
        if (removeData)
        {
            plane.Files.Remove();
        }
    }
}
