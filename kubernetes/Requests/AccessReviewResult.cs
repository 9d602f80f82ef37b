namespace Onboarding.Kubernetes;

/// <summary>Whether the caller may do something (<c>authorization.k8s.io/v1 SelfSubjectAccessReview.status</c>).</summary>
/// <param name="Allowed">True if allowed.</param>
/// <param name="Denied">True if some authorizer denied it, not only none allowed it.</param>
/// <param name="Reason">Why.</param>
public sealed record AccessReviewResult(bool Allowed, bool Denied, string? Reason);
