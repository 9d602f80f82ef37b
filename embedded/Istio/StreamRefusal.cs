using Grpc.Core;

namespace Onboarding.Embedded.Istio;

/// <summary>Says to a proxy why it can't have its stream.</summary>
internal static class StreamRefusal
{
    private const int MostCharacters = 1000;

    /// <summary>The refusal, with as much of its reason as fits into a header: a proxy could make istiod send megabytes of its own words.</summary>
    public static RpcException Create(StatusCode code, string why) =>
        new(new Status(code, why.Length > MostCharacters ? $"{why[..MostCharacters]}…" : why));
}
