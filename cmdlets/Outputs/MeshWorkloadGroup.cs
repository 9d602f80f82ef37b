using Onboarding.Fleet.Groups;

namespace Onboarding.Cmdlets;

/// <summary>What machines join: a WorkloadGroup.</summary>
public sealed class MeshWorkloadGroup
{
    internal MeshWorkloadGroup(WorkloadGroupView view)
    {
        Namespace = view.Namespace;
        Name = view.Name;
        ServiceAccount = view.ServiceAccount;
        Network = view.Network;
        Members = view.Members;
        Created = view.Created;
        Labels = new FlatTable(view.Labels);
        Policies = new FlatList<string>(view.Policies);
    }

    /// <summary>Its namespace.</summary>
    public string Namespace { get; }

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>Who its members are in the mesh.</summary>
    public string? ServiceAccount { get; }

    /// <summary>Labels of the group, by which policies select it.</summary>
    public FlatTable Labels { get; }

    /// <summary>Network of its members.</summary>
    public string? Network { get; }

    /// <summary>How many members it has.</summary>
    public int Members { get; }

    /// <summary>The policies that reach it.</summary>
    public FlatList<string> Policies { get; }

    /// <summary>When it was made.</summary>
    public DateTimeOffset? Created { get; }

    /// <inheritdoc/>
    public override string ToString() => $"{Namespace}/{Name}";
}
