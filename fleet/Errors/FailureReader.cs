using Onboarding.Api;
using Onboarding.BootConfiguration.Rendering;
using Onboarding.Client.Errors;
using Onboarding.Kubernetes;

namespace Onboarding.Fleet.Errors;

/// <summary>The one place that turns what was thrown into what people are told.</summary>
public static class FailureReader
{
    /// <summary>Reads an exception.</summary>
    /// <param name="exception">What was thrown.</param>
    /// <returns>Null if it is none that was foreseen: a bug, or the shell's own.</returns>
    public static Failure? Read(Exception exception) => exception switch
    {
        OnboardingException e => new Failure(RefusalErrors.IdOf(e), FailureKinds.FromErrorId(e.ErrorId), Describe(e), e.NextStep),
        KubernetesException e => ClusterFailure.FromException(e),
        KubeConfigException e => new Failure(
            ModuleErrorIds.ContextNotFound, FailureKind.NotFound, e.Message, "Get-OnboardingContext -ListAvailable, or pass -KubeConfig and -Context"),
        RenderException e => new Failure(e.ErrorId, KindOf(e.Failure), e.Message, e.NextStep),
        _ => null,
    };

    private static FailureKind KindOf(RenderFailure failure) => failure switch
    {
        RenderFailure.Output => FailureKind.Denied,
        RenderFailure.Cluster => FailureKind.NotFound,
        _ => FailureKind.Invalid,
    };

    private static string Describe(OnboardingException e) =>
        e.CorrelationId is { Length: > 0 } id && !e.Message.Contains(id, StringComparison.Ordinal) ? $"{e.Message} Correlation id {id}." : e.Message;
}

/// <summary>A failure in plain values, as an error record needs it.</summary>
/// <param name="ErrorId">Stable name.</param>
/// <param name="Kind">What sort it is.</param>
/// <param name="Message">What was wrong, and where.</param>
/// <param name="NextStep">What to do about it; empty if there is nothing to say.</param>
public sealed record Failure(string ErrorId, FailureKind Kind, string Message, string NextStep)
{
    /// <summary>Stable name.</summary>
    public string ErrorId { get; } = ForeignText.Clean(ErrorId);

    /// <summary>What was wrong, and where. API servers, files and planes have a say in it.</summary>
    public string Message { get; } = ForeignText.CleanLines(Message);

    /// <summary>What to do about it; empty if there is nothing to say.</summary>
    public string NextStep { get; } = ForeignText.CleanLines(NextStep);
}
