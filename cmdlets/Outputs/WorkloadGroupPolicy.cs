using System.Management.Automation;
using Onboarding.Api.Policies;
using Onboarding.Fleet.Policies;

namespace Onboarding.Cmdlets;

/// <summary>Says which workloads may join which groups of its namespace.</summary>
public sealed class WorkloadGroupPolicy
{
    private readonly PolicyView _view;

    internal WorkloadGroupPolicy(PolicyView view)
    {
        _view = view;
        Selects = new FlatList<string>(view.Groups);
        Warnings = new FlatList<string>(view.Warnings);
        Problems = new FlatList<string>(view.Problems);
    }

    /// <summary>Its namespace.</summary>
    public string Namespace => _view.Namespace;

    /// <summary>Its name.</summary>
    public string Name => _view.Name;

    /// <summary>How many rules it has that admit.</summary>
    public int Rules => Policy.Spec?.Allow.Count ?? 0;

    /// <summary>How many rules it has that keep out.</summary>
    public int DenyRules => Policy.Spec?.Deny.Count ?? 0;

    /// <summary>The WorkloadGroups it selects.</summary>
    public FlatList<string> Selects { get; }

    /// <summary>Members it admits; null if no plane has said yet.</summary>
    public int? Members => Policy.Status?.Members;

    /// <summary>True if the plane counts it; null if no plane has said yet.</summary>
    public bool? Accepted => _view.Accepted;

    /// <summary>What someone should look at, e.g. that it admits everything with a token of an issuer.</summary>
    public FlatList<string> Warnings { get; }

    /// <summary>Why it doesn't count, if it doesn't.</summary>
    public FlatList<string> Problems { get; }

    /// <summary>When it was created.</summary>
    public DateTimeOffset? Created => Policy.Metadata.CreationTimestamp;

    /// <summary>The policy as YAML, to be kept in a file.</summary>
    public string Manifest => PolicyText.Write(Policy);

    /// <summary>The policy as JSON, for programs: DSC compares it.</summary>
    [Hidden]
    public string ManifestJson => PolicyText.WriteJson(Policy);

    /// <inheritdoc/>
    public override string ToString() => $"{Namespace}/{Name}";

    internal OnboardingPolicy Policy => _view.Policy;
}
