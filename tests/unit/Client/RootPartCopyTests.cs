using System.Runtime.InteropServices;
using Onboarding.Client.Errors;
using Onboarding.Client.Sidecar.RootPart;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Unit.Client;

/// <summary>What the part that runs as root takes from an agent that may have been taken over.</summary>
public sealed class RootPartCopyTests : IDisposable
{
    private const string Workload = "bookinfo.ratings";
    private readonly TemporaryDirectory _directory = new();
    private readonly string _boot;
    private readonly string _current;

    public RootPartCopyTests()
    {
        _boot = _directory[$"agent/workloads/{Workload}/boot"];
        _current = Path.Combine(_boot, "v1-a");
        Directory.CreateDirectory(_current);
        File.CreateSymbolicLink(Path.Combine(_boot, "current"), "v1-a");
        Write("cluster.env", "ISTIO_META_CLUSTER_ID='Kubernetes'\n");
        Write("mesh.yaml", "defaultConfig:\n  discoveryAddress: istiod.istio-system.svc:15012\n");
        Write("root-cert.pem", "-----BEGIN CERTIFICATE-----\n");
        Write("istio-token", "eyJh.eyJp.c2ln");
        Write("hosts", "192.0.2.1 istiod.istio-system.svc\n");
        Write("version.json", "{}\n");
    }

    private string Copied => _directory["root/boot"];

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void What_a_plane_may_send_is_copied_and_its_core_has_a_hash()
    {
        string core = Copy();

        File.ReadAllText(Path.Combine(Copied, "cluster.env")).ShouldBe("ISTIO_META_CLUSTER_ID='Kubernetes'\n");
        Write("istio-token", "eyJh.eyJp.bmV3");
        Copy().ShouldBe(core, "a token is not of the core");
        Write("root-cert.pem", "another");
        Copy().ShouldNotBe(core);
    }

    [Theory]
    [InlineData("cluster.env", "ISTIO_META_X=$(touch /tmp/owned)\n", "cluster.env:1")]
    [InlineData("cluster.env", "LD_PRELOAD='/tmp/evil.so'\n", "LD_PRELOAD")]
    [InlineData("mesh.yaml", "defaultConfig:\n  binaryPath: /tmp/evil\n", "binaryPath")]
    [InlineData("hosts", "192.0.2.66 bank.example\n", "hosts:1")]
    [InlineData("hosts", "192.0.2.1 istiod.istio-system.svc\n# onboarding-agent: end\n192.0.2.66 bank.example\n", "hosts:2")]
    [InlineData("istio-token", "one\nmore: line", "istio-token")]
    [InlineData("istio-token", "", "istio-token")]
    public void The_copy_is_held_to_what_a_plane_may_send(string file, string content, string named)
    {
        Write(file, content);

        Refused(named);
    }

    [Fact]
    public void A_link_in_the_place_of_a_file_is_not_followed()
    {
        File.WriteAllText(_directory["shadow"], "root:secret");
        Replace("root-cert.pem", path => File.CreateSymbolicLink(path, _directory["shadow"]));

        Refused("root-cert.pem");
    }

    [Fact]
    public void A_second_name_of_anothers_file_is_not_read()
    {
        File.WriteAllText(_directory["shadow"], "root:secret");
        Replace("root-cert.pem", path => File.Delete(path));
        Link(_directory["shadow"], Path.Combine(_current, "root-cert.pem")).ShouldBe(0);

        Refused("root-cert.pem");
    }

    [Fact]
    public void A_directory_in_the_place_of_a_file_is_refused()
    {
        Replace("hosts", path => Directory.CreateDirectory(path));

        Refused("hosts");
    }

    [Fact]
    public void A_file_without_end_is_not_read_to_its_end()
    {
        Write("mesh.yaml", new string(' ', 1024 * 1024 + 1));

        Refused("mesh.yaml");
    }

    [Theory]
    [InlineData("../../../../elsewhere")]
    [InlineData("/etc")]
    [InlineData("velsewhere")]
    public void The_version_in_force_is_a_directory_beside_the_link(string target)
    {
        Directory.CreateDirectory(_directory["elsewhere"]);
        foreach (string file in Directory.GetFiles(_current))
        {
            File.Copy(file, Path.Combine(_directory["elsewhere"], Path.GetFileName(file)));
        }

        File.CreateSymbolicLink(Path.Combine(_boot, "velsewhere"), _directory["elsewhere"]);
        File.Delete(Path.Combine(_boot, "current"));
        File.CreateSymbolicLink(Path.Combine(_boot, "current"), target);

        Refused("");
    }

    [Fact]
    public void A_link_in_the_place_of_the_workloads_directory_is_not_followed()
    {
        Directory.Move(_directory["agent/workloads"], _directory["elsewhere"]);
        File.CreateSymbolicLink(_directory["agent/workloads"], _directory["elsewhere"]);

        Refused("workloads");
    }

    [Fact]
    public void A_file_that_is_missing_is_named()
    {
        Replace("istio-token", path => File.Delete(path));

        Refused("istio-token");
    }

    [DllImport("libc", EntryPoint = "link")]
    private static extern int Link([MarshalAs(UnmanagedType.LPUTF8Str)] string from, [MarshalAs(UnmanagedType.LPUTF8Str)] string to);

    private string Copy() => AgentBoot.Copy(_directory["agent"], Workload, Copied);

    private void Refused(string named)
    {
        var refused = Should.Throw<OnboardingException>(() => Copy());
        refused.ErrorId.ShouldBe(ErrorIds.BootConfigurationUnsafe);
        refused.Message.ShouldContain(named);
        Directory.Exists(Copied).ShouldBeFalse();
    }

    private void Replace(string file, Action<string> with)
    {
        string path = Path.Combine(_current, file);
        File.Delete(path);
        with(path);
    }

    private void Write(string file, string content) => File.WriteAllText(Path.Combine(_current, file), content);
}
