using Onboarding.BootConfiguration;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Unit.BootConfiguration;

public sealed class FlagTests
{
    [Theory]
    [InlineData("10.0.0.1", "10.0.0.1 istiod.istio-system.svc\n")]
    [InlineData("fd00::1", "fd00::1 istiod.istio-system.svc\n")]
    [InlineData("fe80::1%eth0", "fe80::1%eth0 istiod.istio-system.svc\n")]
    [InlineData("::ffff:1.2.3.4", "::ffff:1.2.3.4 istiod.istio-system.svc\n")]
    [InlineData("", "")]
    [InlineData("lb.example.com", "")]
    [InlineData("10.1", "")]
    [InlineData("010.0.0.1", "")]
    [InlineData("0x7f.0.0.1", "")]
    [InlineData("10.0.0.1%eth0", "")]
    [InlineData("[fd00::1]", "")]
    [InlineData("fe80::1%a\n6.6.6.6 istiod.istio-system.svc", "")]
    public void Hosts_has_a_line_for_an_address_only(string address, string hosts) =>
        Generated.From(with: i => i with { IngressIP = address }).Hosts.ShouldBe(hosts);

    [Fact]
    public void A_revision_changes_every_name_of_istiod()
    {
        BootConfigurationFiles files = Generated.From(
            "defaultConfig: {proxyMetadata: {CA_ADDR: mesh}}", with: i => i with { Revision = "r", IstioNamespace = "mesh", IngressIP = "1.1.1.1" });
        files.Variable("CA_ADDR").ShouldBe("'istiod-r.mesh.svc:15012'");
        files.Proxy().ShouldBe("discoveryAddress: istiod-r.mesh.svc:15012");
        files.Hosts.ShouldBe("1.1.1.1 istiod-r.mesh.svc\n");
    }

    [Theory]
    [InlineData("")]
    [InlineData("default")]
    public void Without_a_revision_the_meshs_own_address_passes_through(string revision)
    {
        BootConfigurationFiles files = Generated.From(
            "defaultConfig: {proxyMetadata: {CA_ADDR: 'mesh:1'}}", with: i => i with { Revision = revision });
        files.Variable("CA_ADDR").ShouldBe("'mesh:1'");
        files.Proxy().ShouldBe("");
    }

    [Theory]
    [InlineData("{}", "'true'")]
    [InlineData("{proxyMetadata: {ISTIO_META_DNS_CAPTURE: 'false'}}", "'false'")]
    [InlineData("{proxyMetadata: {ISTIO_META_DNS_CAPTURE: 'true'}}", "'true'")]
    public void A_plane_captures_DNS_unless_the_mesh_says_otherwise(string defaultConfig, string capture) =>
        Generated.From($"defaultConfig: {defaultConfig}", with: i => i with { MeshDecidesDnsCapture = true })
            .Variable("ISTIO_META_DNS_CAPTURE").ShouldBe(capture);

    [Theory]
    [InlineData("1.1.1.1", "", "'1.1.1.1'", null)]
    [InlineData("", "2.2.2.2", "'2.2.2.2'", "'true'")]
    [InlineData("", "", "'mesh'", null)]
    public void Addresses_reach_the_sidecar(string inner, string outer, string address, string? rewrite)
    {
        BootConfigurationFiles files = Generated.From(
            "defaultConfig: {proxyMetadata: {ISTIO_SVC_IP: mesh}}", with: i => i with { InternalIP = inner, ExternalIP = outer });
        files.Variable("ISTIO_SVC_IP").ShouldBe(address);
        files.Variable("REWRITE_PROBE_LEGACY_LOCALHOST_DESTINATION").ShouldBe(rewrite);
    }

    [Theory]
    [InlineData(true, "'true'")]
    [InlineData(false, "'mesh'")]
    public void Not_capturing_dns_leaves_the_meshs_value(bool capture, string value) => Generated
        .From("defaultConfig: {proxyMetadata: {ISTIO_META_DNS_CAPTURE: mesh}}", with: i => i with { CaptureDns = capture })
        .Variable("ISTIO_META_DNS_CAPTURE").ShouldBe(value);

    [Fact]
    public void Extra_metadata_wins_in_both_files()
    {
        BootConfigurationFiles files = Generated.From(with: i => i with
        {
            ExtraMetadata = new Dictionary<string, string> { ["ISTIO_META_WORKLOAD_ENTRY"] = "foo-1", ["TRUST_DOMAIN"] = "td" },
        });
        files.Variable("ISTIO_META_WORKLOAD_ENTRY").ShouldBe("'foo-1'");
        files.Variable("TRUST_DOMAIN").ShouldBe("'td'");
        files.MeshYaml.ShouldContain("    ISTIO_META_WORKLOAD_ENTRY: foo-1\n");
    }

    [Fact]
    public void A_lone_backslash_doesnt_swallow_the_next_line()
    {
        const string mesh = """{"defaultConfig":{"proxyMetadata":{"X":"\\"}}}""";
        Generated.From(mesh).Variable("X").ShouldBe("'\\'");
        Generated.From(mesh, with: i => i with { ClusterEnvStyle = ClusterEnvStyle.AsIstio }).Variable("X").ShouldBe("\\");
    }

    [Theory]
    [InlineData("LD_PRELOAD")]
    [InlineData("LD_LIBRARY_PATH")]
    [InlineData("GLIBC_TUNABLES")]
    [InlineData("XTABLES_LIBDIR")]
    [InlineData("PATH")]
    [InlineData("IFS")]
    [InlineData("BASH_ENV")]
    [InlineData("USER")]
    [InlineData("EXEC_USER")]
    [InlineData("ISTIO_BIN_BASE")]
    [InlineData("ISTIO_CUSTOM_IP_TABLES")]
    [InlineData("ISTIO_INBOUND_INTERCEPTION_MODE")]
    [InlineData("ISTIO_AGENT_FLAGS")]
    [InlineData("POD_NAME")]
    public void A_name_that_steers_what_root_runs_stays_out_of_cluster_env(string name)
    {
        string mesh = $$$"""{"defaultConfig":{"proxyMetadata":{"{{{name}}}":"x","ISTIO_META_OWN":"x"} } }""";
        BootConfigurationFiles safe = Generated.From(mesh);

        safe.SkippedVariables.ShouldBe([name]);
        safe.Variable(name).ShouldBeNull();
        safe.Variable("ISTIO_META_OWN").ShouldBe("'x'");
        safe.MeshYaml.ShouldContain($"    {name}: x\n");
        Generated.From(mesh, with: i => i with { ClusterEnvStyle = ClusterEnvStyle.AsIstio }).Variable(name).ShouldBe("'x'");
    }

    [Fact]
    public void A_groups_annotation_doesnt_get_such_a_name_in_either()
    {
        const string group = """
            metadata: {name: foo, namespace: bar, annotations: {proxy.istio.io/config: '{"proxyMetadata":{"LD_PRELOAD":"/tmp/x.so","POD_NAME":"1;reboot"}}'}}
            spec: {template: {}}
            """;

        Generated.From(group: group).SkippedVariables.ShouldBe(["LD_PRELOAD", "POD_NAME"]);
        BootConfigurationFiles files = Generated.From(group: group, with: i => i with { ExtraMetadata = new Dictionary<string, string> { ["POD_NAME"] = "vm-1" } });
        files.SkippedVariables.ShouldBe(["LD_PRELOAD"]);
        files.Variable("POD_NAME").ShouldBe("'vm-1'");
    }

    [Fact]
    public void A_name_that_a_shell_would_run_stays_out_of_cluster_env()
    {
        const string mesh = """{"defaultConfig":{"proxyMetadata":{"$(reboot)":"x","a.b":"x","":"x","1A":"x","_ok":"x","x;y":"x"}}}""";
        BootConfigurationFiles safe = Generated.From(mesh);
        safe.SkippedVariables.ShouldBe(["", "$(reboot)", "1A", "a.b", "x;y"]);
        safe.ClusterEnv.ShouldNotContain("reboot");
        safe.Variable("_ok").ShouldBe("'x'");
        safe.MeshYaml.ShouldContain("$(reboot): x\n");
        Generated.From(mesh, with: i => i with { ClusterEnvStyle = ClusterEnvStyle.AsIstio }).ClusterEnv.ShouldContain("$(reboot)='x'\n");
    }
}
