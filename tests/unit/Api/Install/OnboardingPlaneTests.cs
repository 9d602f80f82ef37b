using System.Text.Json.Nodes;
using Onboarding.Api;
using Onboarding.Api.Install;
using Onboarding.Documents;
using Shouldly;
using Xunit;
using static Onboarding.Tests.Unit.Api.TestDocuments;

namespace Onboarding.Tests.Unit.Api.Install;

public class OnboardingPlaneTests
{
    [Fact]
    public void Everything_has_a_default()
    {
        OnboardingPlaneSpec spec = ReadValid(ResourceKinds.OnboardingPlane, PlaneHead + "spec: {}").Spec!;

        spec.Uid.ShouldBeNull();
        spec.TokenIssuer.Jwt.Expiration.ShouldBe(TimeSpan.FromHours(1));
        spec.Workloads.Deregistration.PropagationDelay.ShouldBe(TimeSpan.FromSeconds(10));
        spec.Workloads.Authentication.Jwt.ShouldBeNull();
        spec.GracePeriod.ShouldBe(TimeSpan.FromMinutes(5));
        spec.KeyBinding.OnNewKey.ShouldBeNull();
        spec.KeyBinding.Retention.ShouldBe(TimeSpan.FromDays(30));
        spec.MinimumTransport.ShouldBe(MinimumTransportSecurity.Any);
    }

    [Fact]
    public void Every_field_is_read_and_written()
    {
        OnboardingPlane plane = ReadValid(ResourceKinds.OnboardingPlane, PlaneHead + """
            spec:
              hub: registry.example/tetrate
              imagePullSecrets: [{name: regcred}]
              uid: https://join.mesh.example
              endpoint: {hosts: [join.mesh.example, 10.0.0.1], secretName: join-tls}
              tokenIssuer: {jwt: {expiration: 30m}}
              localRepository: {}
              workloads:
                authentication:
                  jwt:
                    issuers:
                    - {issuer: https://id.corp.example, shortName: corp, jwksUri: https://id.corp.example/keys, tokenFields: {attributes: {jsonPath: .custom_attributes}}}
                    - issuer: https://id.corp.example/
                      shortName: corp-2
                      jwks: '{"keys": [{"kty": "EC", "crv": "P-256", "x": "a", "y": "b"}]}'
                      subjectIs: Shared
                      algorithms: [ES256]
                deregistration: {propagationDelay: 12s}
              minimumTransport: Verified
              keyBinding: {onNewKey: Refuse, retention: 24h}
              gracePeriod: 90s
              components: {instance: {kubeSpec: {x: 1}}}
            status: {uid: u, observedGeneration: 2}
            """);

        plane.Spec!.Endpoint!.SecretName.ShouldBe("join-tls");
        plane.Spec.TokenIssuer.Jwt.Expiration.ShouldBe(TimeSpan.FromMinutes(30));
        IReadOnlyList<JwtIssuer> issuers = plane.Spec.Workloads.Authentication.Jwt!.Issuers;
        issuers[0].TokenFields!.Attributes!.JsonPath.ShouldBe(".custom_attributes");
        issuers[1].SubjectIs.ShouldBe(JwtSubjectMeaning.Shared);
        plane.Spec.KeyBinding.OnNewKey.ShouldBe(NewKeyAction.Refuse);
        plane.Spec.MinimumTransport.ShouldBe(MinimumTransportSecurity.Verified);
        plane.Status!.Uid.ShouldBe("u");
        JsonNode.DeepEquals(OnboardingPlane.FromJson(plane.ToJson()).ToJson(), plane.ToJson()).ShouldBeTrue();
        plane.ToJson()["spec"]!["components"]!.ToJsonString().ShouldBe("""{"instance":{"kubeSpec":{"x":1}}}""");
        JsonNode.DeepEquals(ReadValid(ResourceKinds.OnboardingPlane, ResourceWriter.ToYaml(plane.ToJson())).ToJson(), plane.ToJson()).ShouldBeTrue();
    }

    [Theory]
    [InlineData("uid: ''", "spec.uid: must be printable ASCII and not empty")]
    [InlineData("endpoint: {hosts: []}", "spec.endpoint.hosts: needs at least one item")]
    [InlineData("endpoint: {hosts: [a]}", "spec.endpoint.secretName: is required")]
    [InlineData("endpoint: {hosts: ['https://a'], secretName: s}", "spec.endpoint.hosts[0]: must be a host name")]
    [InlineData("tokenIssuer: {jwt: {expiration: 0s}}", "spec.tokenIssuer.jwt.expiration: must be at least 1s")]
    [InlineData("gracePeriod: 0s", "spec.gracePeriod: must be at least")]
    [InlineData("keyBinding: {onNewKey: Replace}", "spec.keyBinding.onNewKey: must be one of Refuse, ReplaceWhenGone")]
    [InlineData("minimumTransport: verified", "spec.minimumTransport: must be one of Any, Verified, not the text \"verified\"; did you mean Verified?")]
    [InlineData("minimumTransports: Verified", "spec.minimumTransports: is not a known field; did you mean minimumTransport?")]
    [InlineData("workloads: {deregistration: {propagationDelay: -1s}}", "propagationDelay: must be at least 0s")]
    [InlineData("workloads: {deregistration: {propagationDelay: 20s}}", "warning: spec.workloads.deregistration.propagationDelay: should be under 15s")]
    public void Every_rule_holds(string field, string problem) => Found("spec: {" + field + "}").ShouldContain(problem);

    [Theory]
    [InlineData("{}", "issuers[0].issuer: is required")]
    [InlineData("{issuer: 'http://i', shortName: a}", "issuers[0].issuer: must be an https:// URI")]
    [InlineData("{issuer: 'https://i#x', shortName: a}", "issuers[0].issuer: must be an https:// URI without query and fragment")]
    [InlineData("{issuer: 'https://i', shortName: A}", "issuers[0].shortName: must be lower-case letters")]
    [InlineData("{issuer: 'https://i', shortName: a--b}", "issuers[0].shortName: must be lower-case letters")]
    [InlineData("{issuer: 'https://i', shortName: a, jwksUri: 'http://i'}", "issuers[0].jwksUri: must be an https:// URI")]
    [InlineData("{issuer: 'https://i', shortName: a, jwksUri: 'https://i', jwks: '{\"keys\": []}'}", "issuers[0].jwks: can't be set together with jwksUri")]
    [InlineData("{issuer: 'https://i', shortName: a, jwks: ''}", "issuers[0].jwks: must be a JSON Web Key Set")]
    [InlineData("{issuer: 'https://i', shortName: a, jwks: '{\"keys\": 1}'}", "issuers[0].jwks: must be a JSON Web Key Set")]
    [InlineData("{issuer: 'https://i', shortName: a, jwks: '{\"keys\": [], \"keys\": []}'}", "issuers[0].jwks: must be a JSON Web Key Set, which is JSON without duplicate members")]
    [InlineData("{issuer: 'https://i', shortName: a, jwks: '{\"keys\": [{\"kty\": \"EC\", \"d\": \"x\"}]}'}", "issuers[0].jwks: must hold public keys only")]
    [InlineData("{issuer: 'https://i', shortName: a, tokenFields: {attributes: {jsonPath: x}}}", "jsonPath: must be a JSONPath that starts with . or $")]
    [InlineData("{issuer: 'https://i', shortName: a, algorithms: [HS256]}", "issuers[0].algorithms[0]: must be one of RS256")]
    [InlineData("{issuer: 'https://i', shortName: a, algorithms: [none]}", "issuers[0].algorithms[0]: must be one of RS256")]
    [InlineData("{issuer: 'https://i', shortName: a, audiences: [x]}", "warning: spec.workloads.authentication.jwt.issuers[0].audiences: tokens for these audiences")]
    [InlineData("{issuer: 'https://i', shortName: a}, {issuer: 'https://i', shortName: b}", "issuers[1].issuer: is listed before")]
    [InlineData("{issuer: 'https://i', shortName: a}, {issuer: 'https://j', shortName: a}", "issuers[1].shortName: is used before")]
    public void Every_rule_for_issuers_holds(string issuers, string problem) =>
        Found($"spec: {{workloads: {{authentication: {{jwt: {{issuers: [{issuers}]}}}}}}}}").ShouldContain(problem);

    private static string Found(string spec) => string.Join('\n', Problems(ResourceKinds.OnboardingPlane, PlaneHead + spec));
}
