namespace Onboarding.Kubernetes;

/// <summary>One reason among several why a request was refused (<c>metav1.StatusCause</c>).</summary>
/// <param name="Reason">For programs, e.g. <c>FieldValueInvalid</c>.</param>
/// <param name="Message">For people.</param>
/// <param name="Field">Path of the field at fault, e.g. <c>spec.template.serviceAccount</c>.</param>
public sealed record V1StatusCause(string? Reason, string? Message, string? Field);
