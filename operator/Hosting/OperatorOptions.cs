using System.Net;
using Onboarding.Plane.Hosting;

namespace Onboarding.Operator.Hosting;

/// <summary>How an operator is started: what the command line says, and what tests put in its place.</summary>
public sealed record OperatorOptions : PlaneOptions
{
    /// <summary>Port of <c>/healthz</c> and <c>/readyz</c>, plain HTTP; 0 for any, null for none.</summary>
    public int? HealthPort { get; init; } = 8081;

    /// <summary>Address they are served on.</summary>
    public IPAddress HealthListen { get; init; } = IPAddress.Any;

    /// <summary>Image of the endpoint that the operator installs; null: it installs none.</summary>
    public string? EndpointImage { get; init; }
}
