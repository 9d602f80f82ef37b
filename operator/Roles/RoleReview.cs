using k8s;
using k8s.Models;
using Onboarding.Plane.Cluster;

namespace Onboarding.Operator.Roles;

/// <summary>
/// Asks the cluster which of the namespaces that policies are about lack the roles. The endpoint's can't be asked about without a right to ask
/// about others; both are rendered together, so that one tells of the other.
/// </summary>
internal sealed class RoleReview(IKubernetes cluster, ClusterState state, TimeProvider time)
{
    private static readonly TimeSpan AskAgainAfter = TimeSpan.FromMinutes(5);

    private readonly Dictionary<string, long> _present = [];

    /// <summary>Forgets what it was told.</summary>
    public void Forget() => _present.Clear();

    /// <summary>Namespaces that lack a permission, and the first that they lack; one that lacks none isn't asked about again for a while.</summary>
    /// <exception cref="Onboarding.Kubernetes.KubernetesException">The cluster could not be asked.</exception>
    public async Task<IReadOnlyList<(string Namespace, RoleGrant Missing)>> ReviewAsync(CancellationToken cancellationToken)
    {
        List<(string, RoleGrant)> missing = [];
        foreach (string ns in state.Policies.List().Select(p => p.Metadata.Namespace).OfType<string>().Distinct().Order(StringComparer.Ordinal))
        {
            if (_present.TryGetValue(ns, out long at) && time.GetElapsedTime(at) < AskAgainAfter)
            {
                continue;
            }

            if (await FirstMissingAsync(ns, cancellationToken) is { } grant)
            {
                missing.Add((ns, grant));
            }
            else
            {
                _present[ns] = time.GetTimestamp();
            }
        }

        return missing;
    }

    /// <summary>The command that makes a namespace's roles.</summary>
    public string CommandFor(string ns)
    {
        string[] accounts = [.. state.Groups.List().Where(g => g.Metadata.Namespace == ns)
            .Select(g => g.Spec?.Template.ServiceAccount is { Length: > 0 } account ? account : "default")
            .Distinct().Order(StringComparer.Ordinal)];
        string options = string.Concat((accounts.Length == 0 ? ["default"] : accounts).Select(a => $" --service-account {a}"));
        string plane = state.PlaneNamespace == Api.Install.OnboardingPlane.DefaultNamespace ? "" : $" --namespace {state.PlaneNamespace}";
        return $"onboarding-operator rbac render {ns}{options}{plane} | kubectl apply -f -";
    }

    private async Task<RoleGrant?> FirstMissingAsync(string ns, CancellationToken cancellationToken)
    {
        foreach (RoleGrant grant in OnboardedNamespace.OperatorGrants)
        {
            string[] resource = grant.Resource.Split('/');
            V1SelfSubjectAccessReview answer = await cluster.AuthorizationV1.CreateSelfSubjectAccessReviewAsync(
                new V1SelfSubjectAccessReview
                {
                    ApiVersion = "authorization.k8s.io/v1",
                    Kind = "SelfSubjectAccessReview",
                    Spec = new V1SelfSubjectAccessReviewSpec
                    {
                        ResourceAttributes = new V1ResourceAttributes
                        {
                            Group = grant.Group,
                            Resource = resource[0],
                            Subresource = resource.Length > 1 ? resource[1] : null,
                            Verb = grant.Verb,
                            NamespaceProperty = ns,
                        },
                    },
                },
                cancellationToken: cancellationToken);
            if (answer.Status is not { Allowed: true })
            {
                return grant;
            }
        }

        return null;
    }
}
