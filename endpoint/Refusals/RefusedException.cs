namespace Onboarding.Endpoint.Refusals;

/// <summary>A call is refused. Thrown anywhere below a service and turned into a gRPC status by <see cref="CallPipeline"/>.</summary>
internal sealed class RefusedException(Refusal refusal) : Exception(refusal.Message)
{
    /// <summary>Why.</summary>
    public Refusal Refusal { get; } = refusal;
}
