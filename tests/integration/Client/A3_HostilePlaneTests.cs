using System.Diagnostics;
using System.Text;
using Onboarding.Client.BootConfiguration;
using Onboarding.Client.Errors;
using Onboarding.Client.Native;
using Onboarding.Testing;
using Shouldly;
using Xunit;
using Rpc = Onboarding.Api.Rpc;

namespace Onboarding.Tests.Integration.ClientTests;

/// <summary>A compromised plane may choose a sidecar's settings, and never what root runs, trusts or resolves.</summary>
public sealed class A3_HostilePlaneTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly BootConfigurationStore _store;

    public A3_HostilePlaneTests() => _store = new BootConfigurationStore(_directory["state"], new DurableFiles());

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData("X=$(id)")]
    [InlineData("X=`id`")]
    [InlineData("X=\"$(id)\"")]
    [InlineData("X=\"`id`\"")]
    [InlineData("X=\"\\\"\"")]
    [InlineData("X='a'$IFS")]
    [InlineData("X=a;id")]
    [InlineData("X=a id")]
    [InlineData("X=a&id")]
    [InlineData("X=a|id")]
    [InlineData("X=a>/etc/passwd")]
    [InlineData("X=~root")]
    [InlineData("X=(a b)")]
    [InlineData("X=\\\nid")]
    [InlineData("X='a")]
    [InlineData("X='a\0'")]
    [InlineData("X='a'\r")]
    [InlineData("X=a # c")]
    [InlineData("export X='a'")]
    [InlineData(" X='a'")]
    [InlineData("X[$(id)]='a'")]
    [InlineData("X+='a'")]
    [InlineData("$(id)='a'")]
    [InlineData("1X='a'")]
    [InlineData("='a'")]
    [InlineData("id")]
    [InlineData("\nX='a'")]
    [InlineData("PATH='/tmp'")]
    [InlineData("LD_PRELOAD='/tmp/a.so'")]
    [InlineData("BASH_ENV='/tmp/a'")]
    [InlineData("EXEC_USER='root'")]
    [InlineData("ISTIO_BIN_BASE='/tmp'")]
    [InlineData("PROV_CERT='/tmp'")]
    [InlineData("OUTPUT_CERTS='/etc'")]
    [InlineData("ISTIO_OUTBOUND_OWNER_GROUPS='java'")]
    [InlineData("ISTIO_OUTBOUND_OWNER_GROUPS_EXCLUDE='0'")]
    public void A_cluster_env_that_does_more_than_set_variables_is_refused(string line)
    {
        _store.Apply(BootConfigurations.Make(), "uid-1");
        Rpc.BootConfiguration boot = BootConfigurations.Make(generation: 2, core: "core-2");
        boot.ClusterEnv += line + "\n";

        Refused(() => _store.Apply(boot, "uid-1")).ShouldContain("cluster.env:3:");
        Refused(() => _store.Keep(boot, "uid-1")).ShouldContain("cluster.env:3:");

        _store.Current!.CoreHash.ShouldBe("core-1");
    }

    [Theory]
    [InlineData("binaryPath: /tmp/envoy")]
    [InlineData("binaryPath: /usr/local/bin/../../../tmp/envoy")]
    [InlineData("binary_path: /tmp/envoy")]
    [InlineData("\"binary\\x50ath\": /tmp/envoy")]
    [InlineData("configPath: /root")]
    [InlineData("customConfigFile: /tmp/bootstrap.json")]
    [InlineData("proxyBootstrapTemplatePath: /tmp/template.json")]
    public void A_program_or_configuration_outside_Istios_directories_is_refused(string line)
    {
        Rpc.BootConfiguration boot = BootConfigurations.Make();
        boot.MeshYaml = $"defaultConfig:\n  {line}\n";
        Refused(() => _store.Apply(boot, "uid-1")).ShouldContain("mesh.yaml:");
        boot.MeshYaml = $$"""{"defaultConfig": { {{(line.StartsWith('"') ? line : $"\"{line.Split(':')[0]}\":{line.Split(':')[1]}")}} } }""";
        Refused(() => _store.Apply(boot, "uid-1")).ShouldContain("mesh.yaml:");
    }

    [Theory]
    [InlineData("a: &x 1\nb: *x")]
    [InlineData("defaultConfig:\n  <<: {binaryPath: /tmp/a}")]
    [InlineData("defaultConfig:\n  !!binary YmluYXJ5UGF0aA==: /tmp/a")]
    [InlineData("defaultConfig:\n  ? [binaryPath]\n  : /tmp/a")]
    [InlineData("defaultConfig: {}\ndefaultConfig: {binaryPath: /tmp/a}")]
    [InlineData("a: 1\n---\ndefaultConfig: {binaryPath: /tmp/a}")]
    [InlineData("a: [")]
    public void A_mesh_yaml_that_readers_may_take_in_two_ways_is_refused(string text)
    {
        Rpc.BootConfiguration boot = BootConfigurations.Make();
        boot.MeshYaml = text;
        Refused(() => _store.Apply(boot, "uid-1")).ShouldContain("mesh.yaml:");
    }

    [Fact]
    public void Programs_where_Istio_has_them_are_taken()
    {
        Rpc.BootConfiguration boot = BootConfigurations.Make();
        boot.MeshYaml = "defaultConfig:\n  binaryPath: /usr/local/bin/envoy\n  configPath: ./etc/istio/proxy\n  customConfigFile: /etc/istio/proxy/a.json\n";
        _store.Apply(boot, "uid-1").ShouldBe(BootChange.Core);
    }

    public static TheoryData<string> Golden => [.. IstioData.DirectoriesWith("upstream-vmconfig", "cluster.env.golden")];

    public static TheoryData<string> Recorded => [.. IstioData.DirectoriesWith("configure", "mesh.yaml")];

    [Theory]
    [MemberData(nameof(Golden))]
    public void What_istioctl_writes_is_taken_byte_for_byte(string directory)
    {
        Rpc.BootConfiguration boot = BootConfigurations.Make();
        boot.ClusterEnv = IstioData.Text(directory, "cluster.env.golden");
        boot.MeshYaml = IstioData.Text(directory, "mesh.yaml.golden");
        boot.Hosts = IstioData.Text(directory, "hosts.golden");
        _store.Apply(boot, "uid-1");
        File.ReadAllText(_directory["state/boot/current/cluster.env"]).ShouldBe(boot.ClusterEnv);
    }

    [Theory]
    [MemberData(nameof(Recorded))]
    public void Every_recorded_mesh_yaml_is_taken(string directory)
    {
        var problems = new List<string>();
        MeshYamlGuard.Check(IstioData.Text(directory, "mesh.yaml"), problems);
        problems.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("10.0.0.1 bank.example.com")]
    [InlineData("10.0.0.1 istiod.istio-system.svc bank.example.com")]
    [InlineData("10.0.0.1 istiod.istio-system.svc.bank.example.com")]
    [InlineData("10.0.0.1\tistiod.istio-system.svc")]
    [InlineData("istiod istiod.istio-system.svc")]
    [InlineData("10.0.0.1 istiod.istio-system.svc # c")]
    [InlineData("# onboarding-agent: end\n10.0.0.1 bank.example.com\n# onboarding-agent: begin")]
    [InlineData("# onboarding-agent: end")]
    [InlineData("10.0.0.1 istiod.istio-system.svc\r10.0.0.1 bank.example.com")]
    public void Hosts_that_name_anything_but_istiod_are_refused(string lines)
    {
        Rpc.BootConfiguration boot = BootConfigurations.Make();
        boot.Hosts = lines + "\n";
        Refused(() => _store.Apply(boot, "uid-1")).ShouldContain("hosts:");

        _store.Apply(BootConfigurations.Make(), "uid-1");
        var live = new Rpc.LiveConfiguration { Version = BootConfigurations.Make(generation: 2, live: "live-2").Version, RegistrationUid = "uid-1", Hosts = lines };
        Refused(() => _store.ApplyLive(live, "uid-1")).ShouldContain("hosts:");
        File.ReadAllText(_directory["state/boot/current/hosts"]).ShouldBe(BootConfigurations.Make().Hosts);
    }

    [Fact]
    public async Task A_root_shell_that_sources_what_was_stored_sets_the_variables_and_does_nothing_else()
    {
        const int seed = 20261130;
        string[] atoms = ["'", "\"", "\\", "\n", " ", "$", "$(touch pwned)", "`touch pwned`", ";touch pwned;", "&", "*", "~", "#", "=", "é", "\r", "${IFS}", "''", "a"];
        var random = new Random(seed);
        var values = Enumerable.Range(0, 300).ToDictionary(
            i => $"X{i}", _ => string.Concat(Enumerable.Range(0, random.Next(12)).Select(_ => atoms[random.Next(atoms.Length)])), StringComparer.Ordinal);
        Rpc.BootConfiguration boot = BootConfigurations.Make();
        boot.ClusterEnv = "BARE=/a:b,c@d%1+2=3\n" + ClusterEnv.Write(values);
        _store.Apply(boot, "uid-1");

        var shell = new ProcessStartInfo(
            "/usr/bin/env", ["-i", "/bin/sh", "-c", "unset PWD; set -a; . \"$1\"; set +a; exec /usr/bin/env -0", "sh", _directory["state/boot/current/cluster.env"]])
        {
            RedirectStandardOutput = true,
            WorkingDirectory = Directory.CreateDirectory(_directory["empty"]).FullName,
            StandardOutputEncoding = Encoding.UTF8,
        };
        using Process process = Process.Start(shell)!;
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();

        var read = output.Split('\0', StringSplitOptions.RemoveEmptyEntries)
            .Select(v => v.Split('=', 2))
            .Where(v => v[0] is not ("PWD" or "OLDPWD" or "SHLVL" or "_"))
            .ToDictionary(v => v[0], v => v[1], StringComparer.Ordinal);
        read.ShouldBe(
            values.Append(new("BARE", "/a:b,c@d%1+2=3")).ToDictionary(v => v.Key, v => v.Value),
            ignoreOrder: true,
            $"seed {seed}");
        Directory.EnumerateFileSystemEntries(_directory["empty"]).ShouldBeEmpty();
    }

    private static string Refused(Action action)
    {
        OnboardingException refused = Should.Throw<OnboardingException>(action);
        refused.ErrorId.ShouldBe(ErrorIds.BootConfigurationUnsafe);
        return refused.Message;
    }
}
