using Onboarding.Client.Local;
using Onboarding.Laptop.Planes;

namespace Onboarding.Cmdlets;

/// <summary>A plane that was stopped, and what ended with it.</summary>
public sealed class StoppedPlane
{
    internal StoppedPlane(EmbeddedPlane plane, IReadOnlyList<EndedSession> sessions, bool dataRemoved)
    {
        Name = plane.Name;
        EndedSessions = new FlatList<string>(sessions.Select(s => s.Name));
        DataRemoved = dataRemoved;
        DataDirectory = plane.DataDirectory;
    }

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>The sessions of this process that were connected to it: each left the mesh, and its sidecar has stopped.</summary>
    public FlatList<string> EndedSessions { get; }

    /// <summary>True if its data was removed, too.</summary>
    public bool DataRemoved { get; }

    /// <summary>Where it keeps its data, or kept it.</summary>
    public string DataDirectory { get; }

    /// <inheritdoc/>
    public override string ToString() => Name;
}
