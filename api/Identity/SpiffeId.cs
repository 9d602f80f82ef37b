using System.Diagnostics.CodeAnalysis;

namespace Onboarding.Api.Identity;

/// <summary>The identity Istio gives a service account: <c>spiffe://&lt;trust domain&gt;/ns/&lt;namespace&gt;/sa/&lt;account&gt;</c>.</summary>
public sealed record SpiffeId(string TrustDomain, string Namespace, string ServiceAccount)
{
    private const string Scheme = "spiffe://";

    /// <summary>Reads an identity of exactly that form; anything more, less or empty isn't one.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out SpiffeId? id)
    {
        ArgumentNullException.ThrowIfNull(text);
        id = null;
        if (!text.StartsWith(Scheme, StringComparison.Ordinal))
        {
            return false;
        }

        if (text[Scheme.Length..].Split('/') is [{ Length: > 0 } domain, "ns", { Length: > 0 } ns, "sa", { Length: > 0 } account])
        {
            id = new SpiffeId(domain, ns, account);
            return true;
        }

        return false;
    }

    /// <inheritdoc />
    public override string ToString() => $"{Scheme}{TrustDomain}/ns/{Namespace}/sa/{ServiceAccount}";
}
