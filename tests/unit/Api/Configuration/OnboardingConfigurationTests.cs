using Onboarding.Api;
using Onboarding.Api.Configuration;
using Onboarding.Api.Reading;
using Onboarding.Api.Registration;
using Onboarding.Testing;
using Shouldly;
using Xunit;
using static Onboarding.Tests.Unit.Api.TestDocuments;

namespace Onboarding.Tests.Unit.Api.Configuration;

public class OnboardingConfigurationTests
{
    [Fact]
    public void The_published_example_loads_character_for_character()
    {
        const string Published = """
            apiVersion: config.agent.onboarding.tetrate.io/v1alpha1
            kind: OnboardingConfiguration
            onboardingEndpoint:                            # connect to
              host: onboarding-endpoint.your-company.corp
            workloadGroup:                                 # join to
              namespace: bookinfo
              name: ratings
            """;

        OnboardingConfiguration configuration = ReadValid(ResourceKinds.OnboardingConfiguration, Published);

        configuration.OnboardingEndpoint.Host.ShouldBe("onboarding-endpoint.your-company.corp");
        configuration.OnboardingEndpoint.Port.ShouldBe(15443);
        configuration.OnboardingEndpoint.TransportSecurity.ShouldBeNull();
        configuration.WorkloadGroup.ToString().ShouldBe("bookinfo/ratings");
        configuration.Workload.ShouldBeNull();
        configuration.Settings.ShouldBeNull();
    }

    [Fact]
    public void Every_field_is_read()
    {
        OnboardingConfiguration configuration = ReadValid(ResourceKinds.OnboardingConfiguration, OnboardingHead + """
            onboardingEndpoint:
              host: 203.0.113.20
              port: 443
              transportSecurity: {tls: {sni: join.mesh.example, caFile: /etc/ca.pem}}
            workloadGroup: {namespace: shop, name: cart}
            workload: {labels: {version: v2, app.kubernetes.io/part-of: shop}}
            settings: {connectedOver: INTERNET}
            """);

        configuration.OnboardingEndpoint.Port.ShouldBe(443);
        ClientTlsSettings tls = configuration.OnboardingEndpoint.TransportSecurity!.Tls!;
        tls.Sni.ShouldBe("join.mesh.example");
        tls.CaFile.ShouldBe("/etc/ca.pem");
        tls.InsecureSkipVerify.ShouldBeFalse();
        configuration.Workload!.Labels["app.kubernetes.io/part-of"].ShouldBe("shop");
        configuration.Settings!.ConnectedOver.ShouldBe(AddressType.Internet);
    }

    [Fact]
    public void Fields_may_be_spelt_in_snake_case()
    {
        OnboardingConfiguration configuration = ReadValid(ResourceKinds.OnboardingConfiguration, """
            {"api_version": "config.agent.onboarding.tetrate.io/v1alpha1", "kind": "OnboardingConfiguration",
             "onboarding_endpoint": {"host": "h", "transport_security": {"tls": {"insecure_skip_verify": true}}},
             "workload_group": {"namespace": "n", "name": "g"}}
            """);

        configuration.OnboardingEndpoint.TransportSecurity!.Tls!.InsecureSkipVerify.ShouldBeTrue();
    }

    [Fact]
    public void Skipping_verification_loads_with_a_warning()
    {
        ReadResult<OnboardingConfiguration> result = Read(ResourceKinds.OnboardingConfiguration, OnboardingHead + """
            onboardingEndpoint:
              host: h
              transportSecurity:
                tls:
                  insecureSkipVerify: true
            workloadGroup: {namespace: n, name: g}
            """);

        result.Value.ShouldNotBeNull();
        Problem warning = result.Problems.ShouldHaveSingleItem();
        warning.Severity.ShouldBe(ProblemSeverity.Warning);
        warning.Path.ShouldBe("onboardingEndpoint.transportSecurity.tls.insecureSkipVerify");
        (warning.Line, warning.Column).ShouldBe((7, 27));
    }

    [Fact]
    public void Every_problem_is_reported_in_one_run_by_position()
    {
        ReadResult<OnboardingConfiguration> result = Read(ResourceKinds.OnboardingConfiguration, OnboardingHead + """
            onboardingEndpoint:
              host: https://h:1
              port: 70000
              transportSecurity:
                tls: {sni: "not a name", insecureSkipVerify: "yes"}
            workloadGroup:
              name: ''
            workloads: {}
            settings: {connectedOver: vpc}
            """);

        result.Value.ShouldBeNull();
        result.Problems.Select(problem => problem.ToString()).ShouldBeGolden();
    }

    [Theory]
    [InlineData("example.com")]
    [InlineData("h")]
    [InlineData("10.0.0.1")]
    [InlineData("\"2001:db8::1\"")]
    [InlineData("a-b.c")]
    [InlineData("example.com.")]
    public void Hosts_are_names_or_addresses(string host) =>
        ReadValid(ResourceKinds.OnboardingConfiguration, $"{OnboardingHead}onboardingEndpoint: {{host: {host}}}\nworkloadGroup: {{namespace: n, name: g}}");

    [Theory]
    [InlineData("\"\"")]
    [InlineData("-a.example")]
    [InlineData("a..b")]
    [InlineData("host:15443")]
    [InlineData("\"[::1]\"")]
    [InlineData("\"fe80::1%eth0\"")]
    [InlineData("\"a b\"")]
    [InlineData("a_b")]
    [InlineData("ä.example")]
    public void Anything_else_is_no_host(string host) =>
        Problems(ResourceKinds.OnboardingConfiguration, $"{OnboardingHead}onboardingEndpoint: {{host: {host}}}\nworkloadGroup: {{namespace: n, name: g}}")
            .ShouldHaveSingleItem().ShouldBeGolden();

    [Theory]
    [InlineData("15443", 15443)]
    [InlineData("\"443\"", 443)]
    [InlineData("1e3", 1000)]
    [InlineData("8443.0", 8443)]
    [InlineData("0x1F90", 8080)]
    public void Ports_are_whole_numbers_in_any_spelling_of_proto_json(string written, int port) =>
        ReadValid(ResourceKinds.OnboardingConfiguration, $"{OnboardingHead}onboardingEndpoint: {{host: h, port: {written}}}\nworkloadGroup: {{namespace: n, name: g}}")
            .OnboardingEndpoint.Port.ShouldBe(port);

    [Theory]
    [InlineData("0", "must be from 1 to 65535, not 0")]
    [InlineData("-1", "must be from 1 to 65535, not -1")]
    [InlineData("65536", "must be from 1 to 65535, not 65536")]
    [InlineData("1.5", "must be a whole number, not the number 1.5")]
    [InlineData("1e99999", "must be a whole number")]
    [InlineData("\" 1\"", "must be a whole number")]
    [InlineData("true", "must be a whole number, not the boolean true")]
    [InlineData("[1]", "must be a whole number, not a list")]
    public void Other_ports_are_refused(string written, string message) =>
        Problems(ResourceKinds.OnboardingConfiguration, $"{OnboardingHead}onboardingEndpoint: {{host: h, port: {written}}}\nworkloadGroup: {{namespace: n, name: g}}")
            .ShouldHaveSingleItem().ShouldContain(message);

    [Fact]
    public void A_field_that_is_null_is_not_set()
    {
        OnboardingConfiguration configuration = ReadValid(ResourceKinds.OnboardingConfiguration, OnboardingHead + """
            onboardingEndpoint: {host: h, port: null, transportSecurity: ~}
            workloadGroup: {namespace: n, name: g}
            workload:
            """);

        configuration.OnboardingEndpoint.Port.ShouldBe(15443);
        configuration.Workload.ShouldBeNull();
    }

    [Fact]
    public void Labels_that_Kubernetes_would_refuse_are_refused_here()
    {
        Problems(ResourceKinds.OnboardingConfiguration, OnboardingHead + """
            onboardingEndpoint: {host: h}
            workloadGroup: {namespace: n, name: g}
            workload:
              labels:
                "bad key": v
                ok: "bad value"
                version: 1
                Upper/x: v
            """).ShouldBeGolden();
    }

    [Fact]
    public void Two_spellings_of_one_field_are_one_field_twice() =>
        Problems(ResourceKinds.OnboardingConfiguration, OnboardingHead + """
            onboardingEndpoint: {host: h}
            workloadGroup: {namespace: n, name: g}
            workload_group: {namespace: n, name: other}
            """).ShouldHaveSingleItem().ShouldBeGolden();
}
