using System.Text;
using System.Text.Json.Nodes;
using Onboarding.Api;
using Onboarding.Api.Install;
using Onboarding.Documents;
using Onboarding.Operator.Commands;
using Onboarding.Operator.Hosting;
using Onboarding.Plane.Hosting;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Unit.Operator.Commands;

/// <summary><c>onboarding-operator convert</c>: users of Tetrate's product bring their ControlPlane.</summary>
public sealed class ConvertCommandTests
{
    private const string Whole = """
        apiVersion: install.tetrate.io/v1alpha1
        kind: ControlPlane
        metadata: {name: controlplane, namespace: mesh}
        spec:
          hub: registry.example/tetrate
          imagePullSecrets: [{name: regcred}]
          telemetryStore: {elastic: {host: es}}
          meshExpansion:
            customGateway: {host: gw.example.com, port: 15443}
            onboarding:
              uid: https://join.mesh.example
              endpoint: {hosts: [join.mesh.example], secretName: join-tls}
              tokenIssuer: {jwt: {expiration: 30m}}
              localRepository: {}
              workloads:
                authentication:
                  jwt:
                    issuers:
                    - issuer: https://id.corp.example
                      shortName: corp
                      jwksUri: https://id.corp.example/keys
                      tokenFields: {attributes: {jsonPath: .custom_attributes}, subject: {jsonPath: .sub2}}
                deregistration: {propagationDelay: 12s}
          components:
            onboarding:
              operator: {kubeSpec: {}}
              repository: {kubeSpec: {}}
              plane:
                instance: {kubeSpec: {deployment: {replicaCount: 3}, service: {type: LoadBalancer}}, logLevels: {default: info}}
        """;

    [Fact]
    public async Task A_control_plane_becomes_an_onboarding_plane_without_errors()
    {
        (int code, string output, string errors) = await ConvertAsync(Whole);

        code.ShouldBe(0, errors);
        OnboardingPlane plane = ResourceReader.Read(ResourceKinds.OnboardingPlane, Encoding.UTF8.GetBytes(output)).Value!;
        plane.Metadata.Namespace.ShouldBe("mesh");
        plane.Spec!.Uid.ShouldBe("https://join.mesh.example");
        plane.Spec.Endpoint!.SecretName.ShouldBe("join-tls");
        plane.Spec.TokenIssuer.Jwt.Expiration.ShouldBe(TimeSpan.FromMinutes(30));
        plane.Spec.Workloads.Authentication.Jwt!.Issuers.Single().ShortName.ShouldBe("corp");
        plane.Spec.Workloads.Deregistration.PropagationDelay.ShouldBe(TimeSpan.FromSeconds(12));
        plane.Spec.Instance.KubeSpec.Deployment.ReplicaCount.ShouldBe(3);
        plane.Spec.Instance.LogLevels["default"].ShouldBe("info");
        plane.Spec.Hub.ShouldBeNull("Tetrate's registry doesn't have our images");
    }

    [Fact]
    public async Task Each_path_about_onboarding_that_has_no_counterpart_is_listed()
    {
        (_, _, string errors) = await ConvertAsync(Whole);

        errors.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => l.Split(": ")[1]).ShouldBe(
        [
            "spec.hub",
            "spec.imagePullSecrets",
            "spec.meshExpansion.customGateway",
            "spec.components.onboarding.operator",
            "spec.components.onboarding.repository",
            "spec.meshExpansion.onboarding.workloads.authentication.jwt.issuers[0].tokenFields.subject",
        ], ignoreOrder: true);
    }

    [Fact]
    public void What_was_kept_is_the_same_when_it_is_converted_back()
    {
        JsonObject input = ResourceReader.ReadObject(Encoding.UTF8.GetBytes(Whole)).Value!;
        JsonNode section = input["spec"]!["meshExpansion"]!["onboarding"]!.DeepClone();
        section["workloads"]!["authentication"]!["jwt"]!["issuers"]![0]!["tokenFields"]!.AsObject().Remove("subject");

        JsonObject back = ControlPlaneConversion.Restore(ControlPlaneConversion.Convert(input).Plane!);

        JsonNode.DeepEquals(back["meshExpansion"]!["onboarding"], section).ShouldBeTrue(back.ToJsonString());
        JsonNode.DeepEquals(
            back["components"]!["onboarding"]!["plane"]!["instance"], input["spec"]!["components"]!["onboarding"]!["plane"]!["instance"]).ShouldBeTrue();
    }

    [Fact]
    public async Task What_kubectl_prints_of_several_is_read()
    {
        string list = $"apiVersion: v1\nkind: List\nitems:\n- {Whole.Replace("\n", "\n  ", StringComparison.Ordinal)}";

        (int code, string output, _) = await ConvertAsync(list);

        code.ShouldBe(0);
        output.ShouldContain("kind: OnboardingPlane");
    }

    [Theory]
    [InlineData("apiVersion: install.tetrate.io/v1alpha1\nkind: ControlPlane\nmetadata: {name: c}\nspec: {meshExpansion: {}}\n")]
    [InlineData("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\n")]
    [InlineData("a: [")]
    public async Task Nothing_to_convert_is_a_failure_and_prints_nothing(string text)
    {
        (int code, string output, string errors) = await ConvertAsync(text);

        code.ShouldBe(ConvertCommand.BadInput);
        output.ShouldBeEmpty();
        errors.ShouldNotBeEmpty();
    }

    [Fact]
    public async Task What_an_api_server_would_refuse_is_said()
    {
        (int code, _, string errors) = await ConvertAsync(Whole.Replace("30m", "soon", StringComparison.Ordinal));

        code.ShouldBe(1);
        errors.ShouldContain("spec.tokenIssuer.jwt.expiration");
    }

    private static async Task<(int Code, string Output, string Errors)> ConvertAsync(string text)
    {
        using var directory = new TemporaryDirectory();
        await File.WriteAllTextAsync(directory["control-plane.yaml"], text);
        using var output = new StringWriter();
        using var errors = new StringWriter();
        int code = await new PlaneProgram(OperatorCommand.Name).InvokeAsync(
            OperatorCommand.Create((_, _) => throw new InvalidOperationException("it doesn't run"), output, errors),
            ["convert", directory["control-plane.yaml"]],
            output,
            errors);
        return (code, output.ToString(), errors.ToString());
    }
}
