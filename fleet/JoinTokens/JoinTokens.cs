using Onboarding.Api.Identity;
using Onboarding.Api.Istio;
using Onboarding.Api.Meta;
using Onboarding.Api.Policies;
using Onboarding.Api.Reading;
using Onboarding.Api.Runtime;
using Onboarding.Client.Errors;
using Onboarding.Fleet.Contexts;
using Onboarding.Kubernetes;

namespace Onboarding.Fleet.JoinTokens;

/// <summary>The join tokens of a cluster: each lets one machine join one group, once.</summary>
/// <param name="kubernetes">The cluster.</param>
/// <param name="time">The clock.</param>
public sealed class JoinTokens(KubernetesClient kubernetes, TimeProvider time)
{
    /// <summary>A token that may be used later than this is a password.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(7);

    /// <summary>Says what is wrong with a token that is to be made, before anything is asked of a server.</summary>
    /// <param name="ns">Its namespace.</param>
    /// <param name="name">Its name; null for one made of the group's.</param>
    /// <param name="life">How long it can be used first.</param>
    /// <exception cref="OnboardingException"><see cref="ModuleErrorIds.JoinTokenInvalid"/>.</exception>
    public static void Check(string ns, string? name, TimeSpan life)
    {
        if (name is not null && !LabelRules.IsDnsSubdomain(name))
        {
            throw Invalid($"'{ns}/{name}' can't name a JoinToken.", "take lower-case letters, digits, dashes and dots: -Name rack-7");
        }

        if (life <= TimeSpan.Zero || life > Longest)
        {
            throw Invalid($"A join token can't be good for {life}.", "give at most 7 days: -ExpiresIn 24:00:00");
        }
    }

    /// <summary>Makes a token and stores its hash.</summary>
    /// <param name="ns">Namespace of the group.</param>
    /// <param name="group">The group that it is good for.</param>
    /// <param name="name">Its name; null for one made of the group's.</param>
    /// <param name="life">How long it can be used first.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    /// <returns>What was stored, and the token, which nothing but this answer holds.</returns>
    public async Task<(JoinTokenView Stored, string Token)> CreateAsync(
        string ns, string group, string? name, TimeSpan life, CancellationToken cancellationToken)
    {
        Check(ns, name, life);
        if (await kubernetes.TryGetAsync<WorkloadGroup>(ns, group, cancellationToken) is null)
        {
            throw new OnboardingException(
                ModuleErrorIds.WorkloadGroupNotFound, $"There is no WorkloadGroup '{group}' in namespace {ns}.", $"list those there are: Get-MeshWorkloadGroup -Namespace {ns}");
        }

        string made = name ?? $"{group}-{Guid.NewGuid().ToString("N")[..8]}";
        JoinTokenText text = JoinTokenText.Create(ns, made);
        try
        {
            JoinToken stored = await kubernetes.CreateAsync(
                new JoinToken
                {
                    Metadata = new V1ObjectMeta { Name = made, Namespace = ns },
                    Spec = new JoinTokenSpec { WorkloadGroup = group, TokenSha256 = text.Hash, ExpiresAt = time.GetUtcNow() + life },
                },
                new WriteOptions { FieldManager = FleetSession.FieldManager },
                cancellationToken);
            return (new JoinTokenView(stored, JoinTokenState.Unused), text.Value);
        }
        catch (KubernetesException e) when (e.IsAlreadyExists)
        {
            throw new OnboardingException(
                ModuleErrorIds.JoinTokenExists, $"There is a JoinToken '{ns}/{made}' already.", $"choose another name, or end what it let in: Remove-OnboardingJoinToken {made} -Namespace {ns}", e);
        }
    }

    /// <summary>Lists tokens, by namespace and name.</summary>
    /// <param name="ns">Namespace; null for all.</param>
    /// <param name="name">True for names that are wanted; null for all.</param>
    /// <param name="group">Only those good for this group; null for all.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    public async Task<IReadOnlyList<JoinTokenView>> ListAsync(string? ns, Func<string, bool>? name, string? group, CancellationToken cancellationToken)
    {
        Task<HashSet<string>?> bound = BoundAsync(cancellationToken);
        KubernetesList<JoinToken> tokens = await kubernetes.ListAsync<JoinToken>(ns, cancellationToken: cancellationToken);
        HashSet<string>? names = await bound;
        return
        [
            .. tokens.Items
                .Where(t => (name?.Invoke(t.Metadata.Name) ?? true) && (group is null || t.Spec?.WorkloadGroup == group))
                .OrderBy(t => t.Metadata.Namespace, StringComparer.Ordinal).ThenBy(t => t.Metadata.Name, StringComparer.Ordinal)
                .Select(t => new JoinTokenView(t, StateOf(t, names))),
        ];
    }

    /// <summary>Removes a token. The machine that joined with it is out: it gets nothing any more.</summary>
    /// <param name="ns">Its namespace.</param>
    /// <param name="name">Its name.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    public async Task RemoveAsync(string ns, string name, CancellationToken cancellationToken)
    {
        try
        {
            await kubernetes.DeleteAsync<JoinToken>(ns, name, cancellationToken: cancellationToken);
        }
        catch (KubernetesException e) when (e.IsNotFound)
        {
            throw NotFound(ns, name, e);
        }
    }

    /// <summary>That there is no such token.</summary>
    public static OnboardingException NotFound(string ns, string name, Exception? inner = null) => new(
        ModuleErrorIds.JoinTokenNotFound, $"There is no JoinToken '{name}' in namespace {ns}.", $"list those there are: Get-OnboardingJoinToken -Namespace {ns}", inner);

    private JoinTokenState StateOf(JoinToken token, HashSet<string>? bound) => token switch
    {
        { Spec: null } => JoinTokenState.Unreadable,
        _ when bound?.Contains(BindingOf(token)) == true => JoinTokenState.Used,
        _ when token.Spec.ExpiresAt <= time.GetUtcNow() => JoinTokenState.Expired,
        _ => bound is null ? JoinTokenState.Unknown : JoinTokenState.Unused,
    };

    private static string BindingOf(JoinToken token) => KeyBindingName.ForIdentity(new WorkloadIdentity
    {
        JoinToken = new JoinTokenIdentity { Namespace = token.Metadata.Namespace ?? "", Name = token.Metadata.Name },
    });

    // Who joined has a key. Not everyone who may make tokens may read bindings; the list of tokens is worth having without.
    private async Task<HashSet<string>?> BoundAsync(CancellationToken cancellationToken)
    {
        try
        {
            KubernetesList<WorkloadKeyBinding> bindings = await kubernetes.ListAsync<WorkloadKeyBinding>(null, cancellationToken: cancellationToken);
            return bindings.Items.Select(b => b.Metadata.Name).ToHashSet(StringComparer.Ordinal);
        }
        catch (KubernetesException e) when (e.Reason == StatusReason.Forbidden)
        {
            return null;
        }
    }

    private static OnboardingException Invalid(string message, string next) => new(ModuleErrorIds.JoinTokenInvalid, message, next);
}
