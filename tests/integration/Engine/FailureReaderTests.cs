using Onboarding.Client.Errors;
using Onboarding.Fleet.Errors;
using Onboarding.Kubernetes;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Integration.Engine;

public sealed class FailureReaderTests
{
    [Fact]
    public void A_refusal_has_the_id_of_its_reason_and_names_its_correlation_id()
    {
        Failure failure = FailureReader.Read(new OnboardingException(ErrorIds.PlaneRefused, "The plane refused 'shop/cart'.", "ask")
        {
            Reason = "NOT_AUTHORIZED",
            CorrelationId = "7f3c-91ab",
        }).ShouldNotBeNull();

        failure.ErrorId.ShouldBe("PolicyDenied");
        failure.Message.ShouldEndWith("Correlation id 7f3c-91ab.");
        failure.NextStep.ShouldBe("ask");
    }

    [Fact]
    public void A_context_that_cant_be_used_says_how_to_find_one()
    {
        KubeConfigException thrown = Should.Throw<KubeConfigException>(() => KubernetesClientConfiguration.BuildConfigFromConfigFile("no-such-file"));

        Failure failure = FailureReader.Read(thrown).ShouldNotBeNull();

        failure.ErrorId.ShouldBe(ModuleErrorIds.ContextNotFound);
        failure.NextStep.ShouldContain("Get-OnboardingContext -ListAvailable");
    }

    [Fact]
    public void What_nobody_foresaw_is_nothing_to_be_told_as_a_failure() => FailureReader.Read(new InvalidOperationException("bug")).ShouldBeNull();

    [Fact]
    public void No_failure_lacks_a_next_step_where_the_cluster_is_silent()
    {
        using var client = new KubernetesClient(
            new KubernetesClientConfiguration { Host = "http://127.0.0.1:9" }, new KubernetesClientOptions { MaxRetries = 1 });
        KubernetesException thrown = Should.Throw<KubernetesException>(() => client.ListAsync<Onboarding.Api.Istio.WorkloadGroup>("x"));

        Failure failure = FailureReader.Read(thrown).ShouldNotBeNull();

        failure.ErrorId.ShouldBe(ModuleErrorIds.ClusterUnreachable);
        failure.Kind.ShouldBe(FailureKind.Unreachable);
        failure.NextStep.ShouldNotBeEmpty();
    }
}
