using System.Text;
using System.Text.Json.Nodes;
using Onboarding.Endpoint.Hosting;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Integration.BootConfiguration;

/// <summary>The command with files only.</summary>
public sealed class RenderCommandTests : IDisposable
{
    private const string Mesh = "trustDomain: td\ndefaultConfig: {meshId: m}\n";
    private readonly TemporaryDirectory _directory = new();
    private readonly StringWriter _output = new();
    private readonly StringWriter _errors = new();

    public RenderCommandTests()
    {
        File.WriteAllText(_directory["group.yaml"], "metadata: {name: ratings, namespace: bookinfo}\nspec: {template: {network: net}}\n");
        File.WriteAllText(_directory["mesh.yaml"], Mesh);
    }

    public static TheoryData<string> Recorded => [.. RecordedCase.From("file")];

    private string Out => _directory["out"];

    public void Dispose()
    {
        _directory.Dispose();
        _output.Dispose();
        _errors.Dispose();
    }

    [Fact]
    public async Task Files_make_cluster_env_and_mesh_yaml()
    {
        (await RunAsync()).ShouldBe(0, _errors.ToString());

        Files().ShouldBe(["cluster.env", "mesh.yaml"]);
        _output.ToString().ShouldBeGolden();
        File.ReadAllText(Path.Combine(Out, "cluster.env")).ShouldContain("ISTIO_META_CLUSTER_ID=''\n");
        File.ReadAllText(Path.Combine(Out, "mesh.yaml")).ShouldContain("  meshId: m\n");
    }

    [Theory]
    [InlineData("--ingress-ip", "10.0.0.9", "10.0.0.9 istiod.istio-system.svc\n")]
    [InlineData("--ingress-ip", "lb.example.com", "")]
    public async Task An_ingress_address_makes_hosts(string flag, string address, string hosts)
    {
        (await RunAsync(flag, address)).ShouldBe(0);

        Files().ShouldBe(["cluster.env", "hosts", "mesh.yaml"]);
        File.ReadAllText(Path.Combine(Out, "hosts")).ShouldBe(hosts);
        _errors.ToString().Contains("hosts is empty", StringComparison.Ordinal).ShouldBe(hosts.Length == 0);
    }

    [Theory]
    [InlineData("ISTIO_META_CLUSTER_ID='c1'", "--cluster-id", "c1")]
    [InlineData("CA_ADDR='istiod-r1.istio-system.svc:15012'", "--revision", "r1")]
    [InlineData("CA_ADDR='istiod-r1.mesh.svc:15012'", "--revision", "r1", "--istio-namespace", "mesh")]
    [InlineData("ISTIO_SVC_IP='10.0.0.1'", "--internal-ip", "10.0.0.1")]
    [InlineData("REWRITE_PROBE_LEGACY_LOCALHOST_DESTINATION='true'", "--external-ip", "1.2.3.4")]
    [InlineData("ISTIO_META_AUTO_REGISTER_GROUP='ratings'", "--auto-register")]
    [InlineData("ISTIO_META_DNS_CAPTURE='true'")]
    public async Task A_flag_says_what_istioctls_says(string line, params string[] flags)
    {
        (await RunAsync(flags)).ShouldBe(0, _errors.ToString());

        File.ReadAllLines(Path.Combine(Out, "cluster.env")).ShouldContain(line);
    }

    [Fact]
    public async Task Dns_is_not_captured_when_told_so()
    {
        (await RunAsync("--capture-dns=false")).ShouldBe(0);

        File.ReadAllText(Path.Combine(Out, "cluster.env")).ShouldNotContain("DNS_CAPTURE");
    }

    [Fact]
    public async Task An_existing_directory_keeps_its_other_files_and_gets_new_ones_in_place_of_old()
    {
        Directory.CreateDirectory(Out);
        File.WriteAllText(Path.Combine(Out, "mine"), "kept");
        File.WriteAllText(Path.Combine(Out, "mesh.yaml"), "old");

        (await RunAsync()).ShouldBe(0);

        Files().ShouldBe(["cluster.env", "mesh.yaml", "mine"]);
        File.ReadAllText(Path.Combine(Out, "mesh.yaml")).ShouldStartWith("defaultConfig:");
        Directory.EnumerateFileSystemEntries(_directory.Path).Select(Path.GetFileName).Order().ShouldBe(["group.yaml", "mesh.yaml", "out"]);
    }

    [Theory]
    [InlineData(2, "WorkloadGroupRequired", "expecting a WorkloadGroup artifact file or the name and namespace of an existing WorkloadGroup", "--output", "x")]
    [InlineData(2, "WorkloadGroupRequired", "expecting a WorkloadGroup artifact file or", "--name", "foo", "--output", "x")]
    [InlineData(2, "WorkloadGroupRequired", "expecting a WorkloadGroup artifact file or", "--namespace", "bar", "--output", "x")]
    [InlineData(2, "OutputRequired", "expecting an output directory", "--workload-group", "x")]
    [InlineData(2, "OutputRequired", "expecting an output directory", "--name", "foo", "--namespace", "bar")]
    [InlineData(2, "AddressesExclusive", "the flags --internal-ip and --external-ip are mutually exclusive", "--workload-group", "x", "--output", "x", "--internal-ip", "1", "--external-ip", "2")]
    [InlineData(2, "OptionInvalid", "--token-duration must be 1 or more seconds", "--workload-group", "x", "--output", "x", "--token-duration", "0")]
    [InlineData(3, "FileUnreadable", "--workload-group absent.yaml can't be read", "--workload-group", "absent.yaml", "--mesh-config", "y", "--output", "x")]
    [InlineData(4, "ClusterUnavailable", "a cluster is needed", "--workload-group", "x", "--output", "x", "--kubeconfig", "absent.config")]
    public async Task Wrong_use_is_told_in_istioctls_words(int code, string id, string message, params string[] flags)
    {
        (await RenderCommand.Create(_output, _errors).Parse(flags).InvokeAsync()).ShouldBe(code);

        _errors.ToString().ShouldStartWith("Error: " + message);
        _errors.ToString().ShouldContain($"[{id}] Next: ");
        _output.ToString().ShouldBeEmpty();
    }

    [Theory]
    [InlineData("group.yaml", "spec: {template: {ports: {http: x}}}", "WorkloadGroup: ")]
    [InlineData("mesh.yaml", "defaultConfig: {drainDuration: 5}", "mesh configuration: json: cannot unmarshal number into Go value of type string")]
    [InlineData("mesh.yaml", "a: [", "mesh configuration: ")]
    public async Task A_file_that_cannot_be_read_is_named_and_nothing_is_written(string file, string text, string message)
    {
        File.WriteAllText(_directory[file], text);

        (await RunAsync()).ShouldBe(3);

        _errors.ToString().ShouldStartWith("Error: " + message);
        _errors.ToString().ShouldContain($"(file {_directory[file]})");
        Directory.Exists(Out).ShouldBeFalse();
    }

    [Theory]
    [InlineData("group.yaml", new byte[] { (byte)'a', (byte)'\n', 0xFF }, "WorkloadGroup: yaml: invalid leading UTF-8 octet: 0xFF (byte 3, line 2)")]
    [InlineData("mesh.yaml", new byte[] { (byte)'#', 0xC3, (byte)'(' }, "mesh configuration: yaml: invalid trailing UTF-8 octet: 0x28 (byte 2, line 1)")]
    public async Task Bytes_that_are_no_text_are_refused_and_not_replaced(string file, byte[] bytes, string message)
    {
        File.WriteAllBytes(_directory[file], bytes);

        (await RunAsync()).ShouldBe(3);

        _errors.ToString().ShouldStartWith($"Error: {message} (file {_directory[file]})");
        Directory.Exists(Out).ShouldBeFalse();
    }

    [Fact]
    public async Task Files_may_be_utf_16()
    {
        File.WriteAllText(_directory["group.yaml"], "metadata: {name: rätsel, namespace: bookinfo}", Encoding.BigEndianUnicode);
        File.WriteAllText(_directory["mesh.yaml"], Mesh, Encoding.Unicode);

        (await RunAsync()).ShouldBe(0, _errors.ToString());

        File.ReadAllLines(Path.Combine(Out, "cluster.env")).ShouldContain("ISTIO_SERVICE='rätsel.bookinfo'");
        File.ReadAllText(Path.Combine(Out, "mesh.yaml")).ShouldContain("  meshId: m\n");
    }

    [Theory]
    [InlineData("apiVersion: v1\nkind: Service\nmetadata: {name: ratings}\nspec: {}", "its first document is a Service")]
    [InlineData("kind: Service\n---\nkind: WorkloadGroup\nmetadata: {name: ratings}", "its first document is a Service")]
    [InlineData("apiVersion: v1\nkind: List\nitems: [{kind: WorkloadGroup}]", "its first document is a List")]
    [InlineData("", "it holds nothing")]
    [InlineData("# nothing but a remark\n", "it holds nothing")]
    [InlineData("{}", "it holds nothing")]
    [InlineData("- kind: WorkloadGroup", "cannot unmarshal array")]
    [InlineData("ratings", "cannot unmarshal string")]
    [InlineData("kind: [WorkloadGroup]", "cannot unmarshal array")]
    public async Task What_is_no_workload_group_is_refused_by_its_file(string text, string why)
    {
        File.WriteAllText(_directory["group.yaml"], text);

        (await RunAsync()).ShouldBe(3);

        _errors.ToString().ShouldContain(why);
        _errors.ToString().ShouldContain(_directory["group.yaml"]);
        _errors.ToString().ShouldContain("[InputInvalid] Next: ");
        Directory.Exists(Out).ShouldBeFalse();
    }

    [Theory]
    [InlineData("spec: {template: {}}")]
    [InlineData("kind: WorkloadGroup\nmetadata: {name: ratings}")]
    [InlineData("kind: ''\nmetadata: {name: ratings}")]
    public async Task One_needs_not_say_that_it_is_one(string text)
    {
        File.WriteAllText(_directory["group.yaml"], text);

        (await RunAsync()).ShouldBe(0, _errors.ToString());
    }

    [Fact]
    public async Task An_output_that_cannot_be_written_leaves_nothing_behind()
    {
        File.WriteAllText(Out, "a file");

        (await RunAsync()).ShouldBe(5);

        _errors.ToString().ShouldContain("[OutputNotWritten] Next: ls -ld ");
        File.ReadAllText(Out).ShouldBe("a file");
        Directory.EnumerateFileSystemEntries(_directory.Path).Count().ShouldBe(3);
    }

    [Fact]
    public async Task A_file_that_cannot_be_replaced_leaves_those_of_before()
    {
        Directory.CreateDirectory(Path.Combine(Out, "mesh.yaml"));
        File.WriteAllText(Path.Combine(Out, "cluster.env"), "old");
        File.WriteAllText(Path.Combine(Out, "hosts"), "old");

        (await RunAsync("--ingress-ip", "10.0.0.1")).ShouldBe(5);

        File.ReadAllText(Path.Combine(Out, "cluster.env")).ShouldBe("old");
        File.ReadAllText(Path.Combine(Out, "hosts")).ShouldBe("old");
        Directory.EnumerateFileSystemEntries(Out).Select(Path.GetFileName).Order().ShouldBe(["cluster.env", "hosts", "mesh.yaml"]);
        Directory.EnumerateFileSystemEntries(_directory.Path).Select(Path.GetFileName).Order().ShouldBe(["group.yaml", "mesh.yaml", "out"]);
    }

    [Fact]
    public async Task Names_a_shell_would_run_are_warned_of()
    {
        File.WriteAllText(_directory["mesh.yaml"], "defaultConfig: {proxyMetadata: {$(reboot): x}}");

        (await RunAsync()).ShouldBe(0);

        _errors.ToString().ShouldBeGolden();
        File.ReadAllText(Path.Combine(Out, "cluster.env")).ShouldStartWith("$(reboot)='x'\n");
    }

    [Theory]
    [MemberData(nameof(Recorded))]
    public async Task Writes_what_istio_recorded(string directory)
    {
        JsonNode given = RecordedCase.Read(directory);
        File.WriteAllText(_directory["group.yaml"], IstioData.Text(directory, "workloadgroup.yaml"));
        File.WriteAllText(_directory["mesh.yaml"], IstioData.Text(directory, "meshconfig.yaml"));
        int code = await RunAsync(
            "--cluster-id", Text(given, "clusterID"), "--revision", Text(given, "revision"), "--istio-namespace", Text(given, "istioNamespace"),
            $"--auto-register={given["autoregister"]!.GetValue<bool>()}", $"--capture-dns={given["captureDns"]!.GetValue<bool>()}");

        code.ShouldBe(given["exit"]!.GetValue<int>());
        if (code == 0)
        {
            RecordedCase.Compare(given, directory, File.ReadAllText(Path.Combine(Out, "cluster.env")), File.ReadAllText(Path.Combine(Out, "mesh.yaml")));
        }
    }

    [Theory]
    [InlineData("Unrecognized command or argument '--bogus'.", "--bogus")]
    [InlineData("Unrecognized command or argument 'more'.", "--output", "x", "more")]
    [InlineData("Required argument missing for option: '--output'.", "--output")]
    [InlineData("Unrecognized command or argument '--clusterID'.", "--clusterID", "istioctl's-name")]
    [InlineData("Unrecognized command or argument 'maybe'.", "--capture-dns=maybe")]
    [InlineData("Cannot parse argument 'abc' for option '--token-duration'", "--token-duration", "abc")]
    [InlineData("Cannot parse argument '9223372036854775808' for option '--token-duration'", "--token-duration=9223372036854775808")]
    public async Task Arguments_that_cannot_be_understood_are_told_with_the_way_to_help(string message, params string[] flags)
    {
        (await EndpointAsync(["render-boot-configuration", .. flags])).ShouldBe(2);

        _errors.ToString().ShouldStartWith($"Error: {message}");
        _errors.ToString().ShouldEndWith("[OptionInvalid] Next: onboarding-endpoint render-boot-configuration --help\n");
        _output.ToString().ShouldBeEmpty();
    }

    [Theory]
    [InlineData("ISTIO_META_CLUSTER_ID=''", "--cluster-id", "")]
    [InlineData("ISTIO_META_CLUSTER_ID='@b'", "--cluster-id", "@b")]
    [InlineData("ISTIO_META_CLUSTER_ID='a=b='", "--cluster-id=a=b=")]
    [InlineData("ISTIO_META_CLUSTER_ID='-a'", "--cluster-id=-a")]
    public async Task A_value_is_taken_as_it_is(string line, params string[] flags)
    {
        string[] files = ["--workload-group", _directory["group.yaml"], "--mesh-config", _directory["mesh.yaml"], "--output", Out];
        (await EndpointAsync(["render-boot-configuration", .. files, .. flags])).ShouldBe(0, _errors.ToString());

        File.ReadAllLines(Path.Combine(Out, "cluster.env")).ShouldContain(line);
    }

    [Theory]
    [InlineData("onboarding-endpoint", "--prot", "1")]
    [InlineData("onboarding-endpoint", "--listen", "here")]
    [InlineData("onboarding-endpoint join-token create", "join-token", "create", "--workload-group")]
    public async Task The_endpoints_own_arguments_likewise(string command, params string[] arguments)
    {
        (await EndpointAsync(arguments)).ShouldBe(2);

        _errors.ToString().ShouldStartWith("Error: ");
        _errors.ToString().ShouldEndWith($"Next: {command} --help\n");
        _output.ToString().ShouldBeEmpty();
    }

    private Task<int> EndpointAsync(string[] arguments) => EndpointCommand.RunAsync(
        arguments, (_, _) => throw new InvalidOperationException("no endpoint was to start"), _output, _errors);

    private static string Text(JsonNode given, string name) => given[name]?.GetValue<string>() ?? "";

    private Task<int> RunAsync(params string[] flags) => RenderCommand.Create(_output, _errors)
        .Parse(["--workload-group", _directory["group.yaml"], "--mesh-config", _directory["mesh.yaml"], "--output", Out, .. flags])
        .InvokeAsync();

    private IEnumerable<string?> Files() => Directory.EnumerateFiles(Out).Select(Path.GetFileName).Order(StringComparer.Ordinal);
}
