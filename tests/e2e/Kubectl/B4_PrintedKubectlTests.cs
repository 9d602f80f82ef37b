using System.Text.RegularExpressions;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.E2E.Kubectl;

/// <summary>
/// Each command for kubectl that the product prints, run by the real one: as it is where it only reads, else up to the write (<c>--dry-run=server</c>).
/// The commands are those that <c>B4_CommandCatalogueTests</c> found.
/// </summary>
public sealed partial class B4_PrintedKubectlTests(KubectlPlane plane) : IClassFixture<KubectlPlane>, IAsyncLifetime
{
    private const string Registration = "ratings-jwt-corp--vm-1";
    private const string Binding = "b-0123456789abcdef";
    private const string InACluster = "a cluster that runs the plane: the embedded one has no pods and no Deployments";
    private const string Admission = "a real API server: the embedded one has no quotas and no admission rules of others";

    // Where the others can be run.
    private static readonly Dictionary<string, string> Elsewhere = new(StringComparer.Ordinal)
    {
        ["kubectl logs "] = InACluster,
        [" logs "] = InACluster,
        [" rollout "] = InACluster,
        [" describe pods "] = InACluster,
        [" describe deployment "] = InACluster,
        [" get deployments,"] = InACluster,
        [" delete -k deploy "] = InACluster,
        [" get crd certificates.cert-manager.io "] = "a cluster with cert-manager",
        ["resourcequotas"] = Admission,
        ["validatingwebhookconfigurations"] = Admission,
        [" get controlplanes "] = "a cluster that Tetrate's operator was installed in",
        [" create secret tls "] = "a workstation that has the certificate",
        [" oidc-login"] = "a workstation with the plugin kubelogin",
    };

    private static readonly string[] Writes = ["delete", "patch", "label", "annotate", "create", "apply"];

    private static readonly string[] Printed =
        Golden.Read(Path.Combine(Repository.Root, "tests", "unit", "golden", "Documentation", "B4_CommandCatalogueTests.txt"))["B4_Kubectl"].Split('\n');

    public async ValueTask InitializeAsync()
    {
        Capability.Kubectl.Require();
        await plane.Kubectl.RunAsync(Objects, 0, ["apply", "--server-side", "--force-conflicts", "--validate=false", "-f", "-"]);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task B4_Each_command_for_kubectl_does_what_it_is_printed_for()
    {
        string[] runnable = [.. Printed.Where(c => !Elsewhere.Keys.Any(k => $"{c} ".Contains(k, StringComparison.Ordinal)))];
        runnable.Length.ShouldBeGreaterThan(40);

        await Parallel.ForEachAsync(runnable, new ParallelOptions { MaxDegreeOfParallelism = 2 }, async (command, _) => await RunAsync(command));
    }

    [Fact]
    public void B4_What_is_run_elsewhere_is_still_printed() =>
        Elsewhere.Keys.Where(k => !Printed.Any(c => $"{c} ".Contains(k, StringComparison.Ordinal))).ShouldBeEmpty("named and not printed any more");

    private async Task RunAsync(string command)
    {
        string[] words =
        [
            .. Words().Matches(command.Replace("REGISTRATION", Registration, StringComparison.Ordinal).Replace("BINDING", Binding, StringComparison.Ordinal))
                .Skip(1).Select(m => Quotes().Replace(m.Value, "$1$2").Replace("deploy/crds", Path.Combine(Repository.Root, "deploy", "crds"), StringComparison.Ordinal)),
        ];
        // The plane's own context is the only one here.
        words = words[0] is "--context" ? words[2..] : words;
        int verb = words[0] is "-n" ? 2 : 0;
        if (IsPartOfASentence(words[verb..]))
        {
            // It lacks what a person has to say: it has to be a command of kubectl's.
            await plane.Kubectl.RunAsync([.. words[verb..].TakeWhile(w => !w.StartsWith('-')).Take(words[verb] is "create" ? 2 : 1), "--help"]);
            return;
        }

        if (words is ["config", "use-context", _])
        {
            words[^1] = (await plane.Kubectl.RunAsync("config", "current-context")).Trim();
        }

        // Nothing is changed in an editor, and it is left.
        Dictionary<string, string> environment = new() { ["KUBE_EDITOR"] = "true" };
        bool writes = Writes.Contains(words[verb]) && words[verb + 1] is not "token";
        int code = words is ["auth", "can-i", "create", ..] || words[verb] is "create" && writes ? 1 : 0;
        string said = await plane.Kubectl.RunAsync(
            command.EndsWith("-f -", StringComparison.Ordinal) ? Role : "", code, writes ? [.. words, "--dry-run=server"] : words, environment);
        if (code != 0)
        {
            // What is to be made for a plane that lacks it is there; an account that has no right is told so.
            said.ShouldContain(writes ? "already exists" : "no");
        }
    }

    private static bool IsPartOfASentence(string[] words) =>
        words.Length == 1
        || words is ["delete" or "label", _] or ["create", "token"]
        || (words[^1].StartsWith("--", StringComparison.Ordinal) && !words[^1].Contains('=', StringComparison.Ordinal)
            && words[^1] is not ("--list" or "--show-labels" or "--show-managed-fields"));

    private const string Role =
        """
        {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "Role", "metadata": {"name": "printed", "namespace": "bookinfo"}, "rules": []}
        """;

    private static string Objects =>
        $$"""
        apiVersion: v1
        kind: Namespace
        metadata: {name: bookinfo}
        ---
        apiVersion: v1
        kind: ServiceAccount
        metadata: {name: bookinfo-ratings, namespace: bookinfo}
        ---
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: istio-ca-root-cert, namespace: bookinfo}
        ---
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: istio, namespace: istio-system}
        ---
        apiVersion: v1
        kind: Secret
        metadata: {name: onboarding-token-keys, namespace: istio-system}
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: istio-eastwestgateway, namespace: istio-system}
        spec: {ports: [{name: tls, port: 15012}]}
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: onboarding-plane, namespace: istio-system}
        spec: {ports: [{name: grpc, port: 15443}]}
        ---
        apiVersion: coordination.k8s.io/v1
        kind: Lease
        metadata: {name: onboarding-instance-instance-1, namespace: istio-system}
        ---
        apiVersion: networking.istio.io/v1
        kind: WorkloadGroup
        metadata: {name: ratings, namespace: bookinfo}
        spec: {template: {serviceAccount: bookinfo-ratings} }
        ---
        apiVersion: networking.istio.io/v1
        kind: WorkloadEntry
        metadata: {name: {{Registration}}, namespace: bookinfo}
        spec: {address: 192.0.2.7}
        ---
        apiVersion: install.onboarding.tetrate.io/v1alpha1
        kind: OnboardingPlane
        metadata: {name: onboarding-plane, namespace: istio-system}
        spec: {}
        ---
        apiVersion: authorization.onboarding.tetrate.io/v1alpha1
        kind: OnboardingPolicy
        metadata: {name: ratings, namespace: bookinfo}
        spec: {allow: [{workloads: [{jwt: {issuer: "https://id.corp.example"} }], onboardTo: [{workloadGroupSelector: {} }]}]}
        ---
        apiVersion: runtime.onboarding.tetrate.io/v1alpha1
        kind: WorkloadAutoRegistration
        metadata: {name: {{Registration}}, namespace: bookinfo}
        spec: {identity: {}, registration: {} }
        ---
        apiVersion: runtime.onboarding.tetrate.io/v1alpha1
        kind: WorkloadKeyBinding
        metadata: {name: {{Binding}}, namespace: istio-system}
        spec: {identity: x, jkt: yatPy3U09DCYRNn5mZKqZO55UZ6RwSYIw-x901LHPMk}
        """;

    [GeneratedRegex("""(?:[^\s"']|"[^"]*"|'[^']*')+""")]
    private static partial Regex Words();

    [GeneratedRegex("""'([^']*)'|"([^"]*)""")]
    private static partial Regex Quotes();
}
