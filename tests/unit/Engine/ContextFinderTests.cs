using Onboarding.Fleet.Contexts;
using Onboarding.Kubernetes;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Unit.Engine;

public sealed class ContextFinderTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void The_current_context_of_the_kubeconfig_counts_with_its_namespace()
    {
        ClusterContext context = ContextFinder.Find(null, Kubeconfig(), null);

        context.Name.ShouldBe("prod");
        context.Cluster.ShouldBe("c");
        context.Namespace.ShouldBe("shop");
        context.Configure().Host.ShouldBe("https://127.0.0.1:9");
    }

    [Fact]
    public void A_named_context_and_namespace_go_before()
    {
        ClusterContext context = ContextFinder.Find("test", Kubeconfig(), "other");

        context.Name.ShouldBe("test");
        context.Namespace.ShouldBe("other");
    }

    [Fact]
    public void A_context_that_isnt_there_is_said_with_those_that_are() =>
        Should.Throw<KubeConfigException>(() => ContextFinder.Find("nobody", Kubeconfig(), null)).Message.ShouldContain("prod, test");

    [Fact]
    public void All_contexts_are_listed_by_name() =>
        ContextFinder.List(Kubeconfig()).Select(c => c.Name).ShouldBe(["prod", "test"], ignoreOrder: true);

    private string Kubeconfig()
    {
        string path = _directory["kubeconfig"];
        File.WriteAllText(path, """
            apiVersion: v1
            kind: Config
            current-context: prod
            clusters: [{name: c, cluster: {server: "https://127.0.0.1:9"}}]
            contexts: [{name: prod, context: {cluster: c, namespace: shop}}, {name: test, context: {cluster: c}}]
            """);
        return path;
    }
}
