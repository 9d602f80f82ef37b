using Onboarding.Client.Configuration;
using Onboarding.Client.Errors;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Unit.Engine;

public sealed class ConfigurationDraftTests
{
    [Theory]
    [InlineData("onboarding.example", "host: onboarding.example", null)]
    [InlineData("onboarding.example:443", "host: onboarding.example", "port: 443")]
    [InlineData("https://onboarding.example", "host: onboarding.example", null)]
    [InlineData("https://10.0.0.7:8443/", "10.0.0.7", "port: 8443")]
    [InlineData("https://[::1]:8443", "host: \"::1\"", "port: 8443")]
    [InlineData("https://onboarding.example:443/", "host: onboarding.example", "port: 443")]
    [InlineData("HTTPS://onboarding.example:0443", "host: onboarding.example", "port: 443")]
    [InlineData("[fe80::443]", "host: \"fe80::443\"", null)]
    public void An_endpoint_is_taken_apart_into_host_and_port(string endpoint, string host, string? port)
    {
        string yaml = Draft(endpoint).ToYaml();
        yaml.ShouldContain(host);
        if (port is null)
        {
            yaml.ShouldNotContain("port:");
        }
        else
        {
            yaml.ShouldContain(port);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("two words")]
    [InlineData("user@onboarding.example")]
    [InlineData("onboarding.example/path")]
    public void What_is_no_host_is_refused_with_the_field(string endpoint)
    {
        OnboardingException failure = Should.Throw<OnboardingException>(() => Draft(endpoint).ToYaml());
        failure.ErrorId.ShouldBe(ErrorIds.ConfigurationInvalid);
        failure.Message.ShouldContain("onboardingEndpoint.host");
    }

    private static ConfigurationDraft Draft(string endpoint) => new() { Endpoint = endpoint, Namespace = "shop", WorkloadGroup = "cart" };
}
