namespace Onboarding.Tests.E2E.Conformance.Servers;

/// <summary>The servers that the suite runs against.</summary>
public enum ServerKind
{
    /// <summary>Ours, in this process.</summary>
    Embedded,

    /// <summary>kube-apiserver with etcd, as processes.</summary>
    Kubernetes,
}
