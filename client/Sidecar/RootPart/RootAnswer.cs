using System.Text.Json.Serialization;
using Onboarding.Client.Errors;

namespace Onboarding.Client.Sidecar.RootPart;

/// <summary>What the part that runs as root answers to a verb.</summary>
internal sealed record RootAnswer
{
    /// <summary>The sidecar's main process, to <see cref="RootVerb.Start"/>.</summary>
    public int ProcessId { get; init; }

    /// <summary>What won't work as people expect, to <see cref="RootVerb.InstallBoot"/>.</summary>
    public IReadOnlyList<SidecarNotice> Notices { get; init; } = [];

    /// <summary>True if the rules are in force, to <see cref="RootVerb.Capture"/>; true if some were, to <see cref="RootVerb.Release"/>.</summary>
    public bool Done { get; init; }

    /// <summary>The failure's <see cref="ErrorIds"/>; null if it did what it was asked for.</summary>
    public string? ErrorId { get; init; }

    /// <summary>What was wrong.</summary>
    public string Message { get; init; } = "";

    /// <summary>What to do about it.</summary>
    public string NextStep { get; init; } = "";

    /// <summary>The answer that a failure is.</summary>
    public static RootAnswer Failed(OnboardingException failure) =>
        new() { ErrorId = failure.ErrorId, Message = failure.Message, NextStep = failure.NextStep };

    /// <summary>Throws what failed.</summary>
    /// <exception cref="OnboardingException">The verb failed.</exception>
    public RootAnswer OrThrow() => ErrorId is null ? this : throw new OnboardingException(ErrorId, Message, NextStep);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(RootAnswer))]
internal sealed partial class RootAnswerJson : JsonSerializerContext;
