using System.Globalization;

namespace Onboarding.Api.Reading;

/// <summary>One thing that is wrong with what was read.</summary>
public sealed record Problem
{
    /// <summary>How bad it is.</summary>
    public ProblemSeverity Severity { get; init; }

    /// <summary>What kind it is.</summary>
    public ProblemReason Reason { get; init; }

    /// <summary>Where in the document, e.g. <c>spec.allow[0].workloads[1].aws.accounts</c>; empty for the document itself.</summary>
    public string Path { get; init; } = "";

    /// <summary>What is wrong and what would be right, for people.</summary>
    public required string Message { get; init; }

    /// <summary>Line, counted from 1; 0 if unknown (the object came from the API server).</summary>
    public int Line { get; init; }

    /// <summary>Column, counted from 1; 0 if unknown.</summary>
    public int Column { get; init; }

    /// <summary>The problem on one line, e.g. <c>3:9: onboardingEndpoint.port: must be from 1 to 65535</c>.</summary>
    public override string ToString()
    {
        string place = Line == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"{Line}:{Column}: ");
        string path = Path.Length == 0 ? "" : $"{Path}: ";
        string severity = Severity == ProblemSeverity.Warning ? "warning: " : "";
        return $"{place}{severity}{path}{Message}";
    }

    /// <summary>
    /// The problem in the words of the Kubernetes API, e.g. <c>spec: Required value</c>, <c>spec.ports: Invalid value: port name
    /// must be valid</c>; what an Invalid status says, field by field.
    /// </summary>
    public string ToKubernetesText() => Path.Length == 0 ? KubernetesMessage : $"{Path}: {KubernetesMessage}";

    /// <summary>Reason of the cause in an Invalid status, e.g. <c>FieldValueRequired</c>.</summary>
    public string KubernetesReason => Reason switch
    {
        ProblemReason.Required => "FieldValueRequired",
        ProblemReason.TypeInvalid => "FieldValueTypeInvalid",
        ProblemReason.NotSupported => "FieldValueNotSupported",
        ProblemReason.Duplicate => "FieldValueDuplicate",
        ProblemReason.Unknown => "FieldValueForbidden",
        _ => "FieldValueInvalid",
    };

    /// <summary>Message of the cause in an Invalid status: <see cref="ToKubernetesText"/> without the path.</summary>
    public string KubernetesMessage => Reason switch
    {
        ProblemReason.Required => Message == "is required" ? "Required value" : $"Required value: {Message}",
        ProblemReason.NotSupported => $"Unsupported value: {Message}",
        ProblemReason.Duplicate => $"Duplicate value: {Message}",
        ProblemReason.Unknown => $"Forbidden: {Message}",
        _ => $"Invalid value: {Message}",
    };
}

/// <summary>How bad a problem is.</summary>
public enum ProblemSeverity
{
    /// <summary>What was read can't be used.</summary>
    Error = 0,

    /// <summary>What was read is used; someone should look at it.</summary>
    Warning = 1,
}
