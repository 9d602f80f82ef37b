using System.Text;
using Onboarding.Api.Reading;
using Onboarding.Documents;
using Xunit;

namespace Onboarding.Tests.Unit.Api;

/// <summary>Documents as people write them.</summary>
internal static class TestDocuments
{
    public const string OnboardingHead = "apiVersion: config.agent.onboarding.tetrate.io/v1alpha1\nkind: OnboardingConfiguration\n";

    public const string AgentHead = "apiVersion: config.agent.onboarding.tetrate.io/v1alpha1\nkind: AgentConfiguration\n";

    public const string PolicyHead =
        "apiVersion: authorization.onboarding.tetrate.io/v1alpha1\nkind: OnboardingPolicy\nmetadata: {name: joiners, namespace: bookinfo}\n";

    public const string PlaneHead =
        "apiVersion: install.onboarding.tetrate.io/v1alpha1\nkind: OnboardingPlane\nmetadata: {name: onboarding-plane, namespace: istio-system}\n";

    public static ReadResult<T> Read<T>(ResourceKind<T> kind, string text)
        where T : class => ResourceReader.Read(kind, Encoding.UTF8.GetBytes(text));

    public static T ReadValid<T>(ResourceKind<T> kind, string text)
        where T : class
    {
        ReadResult<T> result = Read(kind, text);
        Assert.True(result.Value is not null, string.Join('\n', result.Problems));
        return result.Value;
    }

    /// <summary>The problems, one a line, as a user sees them.</summary>
    public static string[] Problems<T>(ResourceKind<T> kind, string text)
        where T : class => [.. Read(kind, text).Problems.Select(problem => problem.ToString())];
}
