using System.Text;
using System.Text.Json.Nodes;
using Onboarding.Documents;
using Onboarding.Operator.Hosting;
using Onboarding.Operator.Roles;
using Onboarding.Plane.Hosting;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Unit.Operator.Roles;

/// <summary><c>onboarding-operator rbac render</c> prints the roles that are shipped, for a namespace.</summary>
public sealed class OnboardedNamespaceTests
{
    [Fact]
    public async Task What_is_printed_is_what_is_shipped_for_that_namespace_and_those_accounts()
    {
        using var output = new StringWriter();

        int code = await RunAsync(output, "rbac", "render", "bookinfo", "--service-account", "bookinfo-ratings", "--service-account", "cart");

        code.ShouldBe(0);
        JsonObject[] printed = [.. ResourceReader.ReadManifest(Encoding.UTF8.GetBytes(output.ToString())).Value!];
        JsonObject[] shipped = [.. Shipped()];
        printed.Length.ShouldBe(shipped.Length);
        foreach ((JsonObject one, JsonObject other) in printed.Zip(shipped))
        {
            other["metadata"]!["namespace"] = "bookinfo";
            if (other["rules"] is JsonArray rules && other["metadata"]!["name"]!.ToString() == "onboarding-endpoint")
            {
                rules[0]!["resourceNames"] = new JsonArray("bookinfo-ratings", "cart");
            }

            JsonNode.DeepEquals(one, other).ShouldBeTrue($"{one}\n{other}");
        }
    }

    [Fact]
    public async Task The_plane_can_be_in_another_namespace()
    {
        using var output = new StringWriter();

        await RunAsync(output, "rbac", "render", "bookinfo", "--namespace", "mesh");

        output.ToString().ShouldNotContain("istio-system");
        output.ToString().ShouldContain("namespace: mesh");
    }

    [Theory]
    [InlineData("Bookinfo")]
    [InlineData("a\n  b: c")]
    [InlineData("")]
    public async Task What_is_no_namespace_is_refused_and_not_printed(string ns)
    {
        using var output = new StringWriter();

        (await RunAsync(output, "rbac", "render", ns)).ShouldBe(PlaneProgram.WrongUse);

        output.ToString().ShouldBeEmpty();
    }

    [Theory]
    [InlineData("x]\nrules: [y")]
    [InlineData("Default")]
    public async Task What_is_no_account_is_refused_and_not_printed(string account)
    {
        using var output = new StringWriter();

        (await RunAsync(output, "rbac", "render", "bookinfo", "--service-account", account)).ShouldBe(PlaneProgram.WrongUse);

        output.ToString().ShouldBeEmpty();
    }

    [Fact]
    public void The_operator_asks_for_each_right_that_its_role_has()
    {
        OnboardedNamespace.OperatorGrants.ShouldContain(new RoleGrant("runtime.onboarding.tetrate.io", "workloadautoregistrations/status", "patch"));
        OnboardedNamespace.OperatorGrants.ShouldContain(new RoleGrant("", "events", "create"));
        OnboardedNamespace.OperatorGrants.ShouldNotContain(g => g.Resource == "serviceaccounts/token", "that is the endpoint's");
    }

    private static IEnumerable<JsonObject> Shipped() => new[] { "endpoint.yaml", "operator.yaml" }.SelectMany(file =>
        ResourceReader.ReadManifest(File.ReadAllBytes(Path.Combine(Repository.Root, "deploy", "rbac", "onboarded-namespace", file))).Value!);

    private static Task<int> RunAsync(TextWriter output, params string[] arguments) => new PlaneProgram(OperatorCommand.Name).InvokeAsync(
        OperatorCommand.Create((_, _) => throw new InvalidOperationException("it doesn't run"), output, TextWriter.Null), arguments, output, TextWriter.Null);
}
