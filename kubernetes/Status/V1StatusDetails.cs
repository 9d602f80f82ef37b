namespace Onboarding.Kubernetes;

/// <summary>What a refusal is about (<c>metav1.StatusDetails</c>).</summary>
public sealed record V1StatusDetails
{
    /// <summary>Name of the object.</summary>
    public string? Name { get; init; }

    /// <summary>API group of the resource.</summary>
    public string? Group { get; init; }

    /// <summary>Resource or kind.</summary>
    public string? Kind { get; init; }

    /// <summary>Uid of the object.</summary>
    public string? Uid { get; init; }

    /// <summary>Everything the server found wrong.</summary>
    public IReadOnlyList<V1StatusCause> Causes { get; init; } = [];

    /// <summary>When to try again, in seconds; null if the server didn't say.</summary>
    public int? RetryAfterSeconds { get; init; }
}

/// <summary>One reason among several why a request was refused (<c>metav1.StatusCause</c>).</summary>
/// <param name="Reason">For programs, e.g. <c>FieldValueInvalid</c>.</param>
/// <param name="Message">For people.</param>
/// <param name="Field">Path of the field at fault, e.g. <c>spec.template.serviceAccount</c>.</param>
public sealed record V1StatusCause(string? Reason, string? Message, string? Field);
