using Onboarding.Client.BootConfiguration;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Unit.ClientTests;

public sealed class BootConfigurationDiffTests : IDisposable
{
    private readonly TestCertificates _one = new("one");
    private readonly TestCertificates _other = new("other");

    public void Dispose()
    {
        _one.Dispose();
        _other.Dispose();
    }

    [Fact]
    public void The_same_is_no_change() => BootConfigurationDiff.Between(Files(), Files()).ShouldBeEmpty();

    [Fact]
    public void A_variable_that_changes_goes_and_comes() =>
        Diff(Files("A='1'\nB='2'\n"), Files("A='1'\nB='3'\nC='4'\n")).ShouldBe(["cluster.env - B='2'", "cluster.env + B='3'", "cluster.env + C='4'"]);

    [Fact]
    public void A_value_over_several_lines_is_one_change() =>
        Diff(Files("A='x\ny'\nB='2'\n"), Files("A='x\nz'\nB='2'\n")).ShouldBe(["cluster.env - A='x\\ny'", "cluster.env + A='x\\nz'"]);

    [Fact]
    public void A_quote_in_a_value_does_not_swallow_the_next_variable() =>
        Diff(Files("A='it'\"'\"'s'\nB='2'\n"), Files("A='it'\"'\"'s'\nB='3'\n")).ShouldBe(["cluster.env - B='2'", "cluster.env + B='3'"]);

    [Theory]
    [InlineData("MY_SECRET")]
    [InlineData("DB_PASSWORD")]
    [InlineData("ACCESS_TOKEN")]
    [InlineData("ISTIO_META_API_KEY")]
    [InlineData("GOOGLE_CREDENTIALS")]
    public void What_is_named_like_a_secret_changes_without_being_shown(string name)
    {
        string[] changes = Diff(
            Files($"{name}='old-value'\n", $"proxyMetadata:\n  {name}: old-value\n  B: x\n"),
            Files($"{name}='new-value'\n", $"proxyMetadata:\n  {name}: new-value\n  B: x\n"));

        changes.ShouldBeGolden();
    }

    [Fact]
    public void A_secret_over_several_lines_of_yaml_is_not_shown_either() =>
        Diff(Files(mesh: "m:\n  MY_SECRET: |-\n    a\n    b\n  X: y\n"), Files(mesh: "m:\n  MY_SECRET: |-\n    a\n    c\n  X: z\n"))
            .ShouldBe(["mesh.yaml -     (not shown)", "mesh.yaml -   X: y", "mesh.yaml +     (not shown)", "mesh.yaml +   X: z"]);

    [Fact]
    public void Root_certificates_are_named_by_what_people_can_compare()
    {
        string[] changes = Diff(Files(roots: _one.AuthorityPem), Files(roots: _one.AuthorityPem + "\n" + _other.AuthorityPem));

        string added = changes.ShouldHaveSingleItem();
        added.ShouldStartWith("root-cert.pem + CN=other, sha256 ");
        added.ShouldContain(", until ");
        added.ShouldNotContain("BEGIN");
    }

    [Fact]
    public void Roots_that_cannot_be_read_are_compared_all_the_same() =>
        Diff(Files(roots: "garbage"), Files(roots: "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")).ShouldBeGolden();

    [Fact]
    public void Hosts_are_compared_by_line() =>
        Diff(Files(hosts: "1.1.1.1 a\n2.2.2.2 a\n"), Files(hosts: "2.2.2.2 a\n3.3.3.3 a\n")).ShouldBe(["hosts - 1.1.1.1 a", "hosts + 3.3.3.3 a"]);

    private static string[] Diff(BootFiles current, BootFiles pending) =>
        [.. BootConfigurationDiff.Between(current, pending).Select(c => $"{c.File} {c}")];

    private static BootFiles Files(string env = "", string mesh = "", string roots = "", string hosts = "") =>
        new(new BootVersion(1, "core", "live", "uid", "spiffe://a", DateTimeOffset.UnixEpoch), env, mesh, roots, hosts);
}
