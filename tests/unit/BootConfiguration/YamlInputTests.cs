using Onboarding.BootConfiguration;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Unit.BootConfiguration;

/// <summary>
/// YAML is parsed exactly as Istio's go-yaml v2 parses it (by way of JSON). Expected is what that library made of the same text: the
/// variable's value in cluster.env, null where it refuses the text, a dash where there is no such key.
/// </summary>
public sealed class YamlInputTests
{
    [Theory]
    [InlineData("plain", "'plain'")]
    [InlineData("a b", "'a b'")]
    [InlineData("a  b", "'a  b'")]
    [InlineData("'single ''q'''", "'single '\"'\"'q'\"'\"''")]
    [InlineData("\"\\x41\\u00e9\\U0001F600\\t\\N\\_\"", "'A\u00e9\U0001f600\t\u0085\u00a0'")]
    [InlineData("\"\\ud83d\\ude00\"", null)]
    [InlineData("\"\\/\"", null)]
    [InlineData("\"a\\\n      b\"", "'ab'")]
    [InlineData("\"a\n  b\"", "'a b'")]
    [InlineData("'a\n\n      b'", "'a\nb'")]
    [InlineData("a\n      b\n\n      c", "'a b\nc'")]
    [InlineData("|\n      a\n       b\n", "'a\n b\n'")]
    [InlineData("|-\n      a\n\n", "'a'")]
    [InlineData("|+\n      a\n\n", "'a\n\n\n'")]
    [InlineData(">\n      a\n      b\n\n      c\n       d\n", "'a b\nc\n d\n'")]
    [InlineData("|2\n       a", "' a\n'")]
    [InlineData("|1-\n     a", "'a'")]
    [InlineData("| # c\n      a", "'a\n'")]
    [InlineData("|\n\n      a", "'\na\n'")]
    [InlineData("|0\n      a", null)]
    [InlineData("|x\n      a", null)]
    [InlineData("yes", null)]
    [InlineData("'yes'", "'yes'")]
    [InlineData("1", null)]
    [InlineData("!!str 1", "'1'")]
    [InlineData("! 1", "'1'")]
    [InlineData("! yes", "'yes'")]
    [InlineData("!!bool 'yes'", null)]
    [InlineData("!!int '1'", null)]
    [InlineData("!!float 1", null)]
    [InlineData("!!binary aGk=", "'hi'")]
    [InlineData("!!binary '*'", null)]
    [InlineData("!!binary a Gk=", null)]
    [InlineData("!!binary \"aG\\nk=\"", "'hi'")]
    [InlineData("!foo 1", "'1'")]
    [InlineData("!<tag:yaml.org,2002:str> 1", "'1'")]
    [InlineData("!e!x 1", null)]
    [InlineData("&a", "''")]
    [InlineData("&a v", "'v'")]
    [InlineData("*a", null)]
    [InlineData("~", "''")]
    [InlineData("", "''")]
    [InlineData("0x1F", null)]
    [InlineData("1_0", null)]
    [InlineData("1e3", null)]
    [InlineData(".inf", null)]
    [InlineData("2001-01-01", "'2001-01-01'")]
    [InlineData("12:30", "'12:30'")]
    [InlineData("a #b", "'a'")]
    [InlineData("a#b", "'a#b'")]
    [InlineData("a: b", null)]
    [InlineData("a\tb", "'a\tb'")]
    [InlineData("\ta", "'a'")]
    [InlineData("'a' #b", "'a'")]
    [InlineData("'a' b", null)]
    [InlineData("@a", null)]
    [InlineData("%a", null)]
    [InlineData("- a", null)]
    [InlineData("-a", "'-a'")]
    [InlineData("?a", "'?a'")]
    [InlineData("{a: b}", null)]
    [InlineData("[a", null)]
    [InlineData("a]", "'a]'")]
    [InlineData("a, b", "'a, b'")]
    [InlineData("\"a", null)]
    [InlineData("'a", null)]
    [InlineData("\"a\nb\"", "'a b'")]
    [InlineData("a\u0085b", null)]
    [InlineData("'a\u0085b'", "'a b'")]
    [InlineData("\"a\\Nb\"", "'a\u0085b'")]
    [InlineData("\u00e9", "'\u00e9'")]
    [InlineData("\U0001f600", "'\U0001f600'")]
    [InlineData("a\u0007b", null)]
    [InlineData("a\u007fb", null)]
    [InlineData("\ufeffa", "'\ufeffa'")]
    [InlineData("<<", "'<<'")]
    [InlineData("=", "=")]
    [InlineData("a\u2028b", null)]
    public void A_value_is_what_istio_makes_of_it(string value, string? expected) =>
        Check($"defaultConfig:\n  proxyMetadata:\n    K: {value}\n    L: z\n", expected);

    [Theory]
    [InlineData("\ufeffdefaultConfig:\n  proxyMetadata:\n    K: bom\n    L: z\n", "'bom'")]
    [InlineData("defaultConfig:\r\n  proxyMetadata:\r\n    K: crlf\r\n    L: z\r\n", "'crlf'")]
    [InlineData("defaultConfig:\r  proxyMetadata:\r    K: cr\r    L: z\r", "'cr'")]
    [InlineData("---\ndefaultConfig:\n  proxyMetadata:\n    K: first\n    L: z\n---\nK: [\n", "'first'")]
    [InlineData("defaultConfig:\n  proxyMetadata:\n    K: one\n    L: z\n...\n%FOO bar\n", "'one'")]
    [InlineData("%YAML 1.1\n---\ndefaultConfig:\n  proxyMetadata:\n    K: v\n    L: z\n", "'v'")]
    [InlineData("%YAML 1.2\n---\ndefaultConfig:\n  proxyMetadata:\n    K: v\n    L: z\n", null)]
    [InlineData("%FOO\n---\ndefaultConfig:\n  proxyMetadata:\n    K: v\n    L: z\n", null)]
    [InlineData("%TAG !s! tag:yaml.org,2002:\n---\ndefaultConfig:\n  proxyMetadata:\n    K: !s!str 1\n    L: z\n", "'1'")]
    [InlineData("# only\ndefaultConfig:\n  proxyMetadata:\n    K: c\n    L: z\n", "'c'")]
    [InlineData("\t\ndefaultConfig:\n  proxyMetadata:\n    K: t\n    L: z\n", null)]
    [InlineData("---\n", "-")]
    [InlineData("", "-")]
    [InlineData("   ", "-")]
    [InlineData("{}", "-")]
    [InlineData("[]", null)]
    [InlineData("a", null)]
    [InlineData("{defaultConfig: {proxyMetadata: {K: &x v, L: *x}}}", "'v'")]
    [InlineData("{\"defaultConfig\":{\"proxyMetadata\":{\"K\":\"json\"}}}", "'json'")]
    [InlineData("defaultConfig:\n  proxyMetadata: &m {K: v}\n", "'v'")]
    [InlineData("x: &m {K: merged}\ndefaultConfig:\n  proxyMetadata:\n    <<: *m\n", "'merged'")]
    [InlineData("x: &m {K: merged}\ndefaultConfig:\n  proxyMetadata:\n    <<: [*m, {K: no, L: z}]\n    M: a\n", "'merged'")]
    [InlineData("x: &m {K: merged}\ndefaultConfig:\n  proxyMetadata:\n    K: own\n    <<: *m\n", "'merged'")]
    [InlineData("defaultConfig:\n  proxyMetadata:\n    K: a\n    K: b\n", "'b'")]
    [InlineData("defaultConfig:\n  proxyMetadata:\n  - K: a\n", null)]
    [InlineData("defaultConfig:\n  proxyMetadata:\n    ? K\n    : v\n", "'v'")]
    [InlineData("defaultConfig:\n\tproxyMetadata: {K: v}\n", null)]
    [InlineData("defaultConfig:\n  proxyMetadata: {K: v}\nunknown: .inf\n", null)]
    [InlineData("defaultConfig:\n  proxyMetadata: {K: v}\nunknown: {18446744073709551615: 1}\n", null)]
    [InlineData("defaultConfig:\n  proxyMetadata: {K: v}\nunknown: {~: 1}\n", null)]
    [InlineData("defaultConfig:\n  proxyMetadata: {K: v}\nunknown: {[a]: 1}\n", null)]
    [InlineData("defaultConfig:\n proxyMetadata:\n  K: v\n L: 1\n  M: 2\n", null)]
    [InlineData("    a: 1\ndefaultConfig: {proxyMetadata: {K: v}}\n", "-")]
    [InlineData("defaultConfig: {proxyMetadata: {K: v}}\noutboundTrafficPolicy: {mode: ALLOW}\n", null)]
    [InlineData("defaultConfig: {proxyMetadata: {K: v}}\nextensionProviders: [{name: p, envoyFileAccessLog: {path: /dev/stdout, logFormat: {labels: {a: 1}}}}]\n", "'v'")]
    [InlineData("defaultConfig: {proxyMetadata: {K: v}}\nextensionProviders: [{name: p, zipkin: {service: z, port: http}}]\n", null)]
    [InlineData("defaultConfig: {proxyMetadata: {K: v}}\ndiscoverySelectors: [{matchLabels: {a: 1}}]\n", null)]
    [InlineData("defaultConfig: {proxyMetadata: {K: v}}\ndefaultHttpRetryPolicy: {attempts: '2', perTryTimeout: 2}\n", null)]
    public void A_document_is_what_istio_makes_of_it(string mesh, string? expected) => Check(mesh, expected);

    [Theory]
    [InlineData("a\\Nb", "    K: a b\n")]
    [InlineData("a\\N\\Nb", "    K: |-\n      a\n      b\n")]
    [InlineData("a \\N b", "    K: a b\n")]
    [InlineData("a\\x7fb", null)]
    [InlineData("a\\x80b", null)]
    [InlineData("a\\uFFFEb", null)]
    [InlineData("a\\uFEFFb", "    K: \"a\\uFEFFb\"\n")]
    [InlineData("a\\Lb", "    K: 'a\u2028      b'\n")]
    public void What_does_not_survive_json_is_lost_in_mesh_yaml_as_with_istio(string value, string? expected)
    {
        string mesh = $"defaultConfig: {{proxyMetadata: {{K: \"{value}\"}}}}";
        if (expected is null)
        {
            Should.Throw<BootConfigurationException>(() => AsIstio(mesh)).Message.ShouldBeGolden();
        }
        else
        {
            AsIstio(mesh).MeshYaml.ShouldContain(expected);
        }
    }

    [Theory]
    [InlineData(1022, true)]
    [InlineData(1023, false)]
    public void A_key_may_be_as_long_as_istio_can_write_it(int length, bool isWritten)
    {
        string mesh = $"defaultConfig: {{proxyMetadata: {{? {new string('k', length)} : v}}}}";
        if (isWritten)
        {
            AsIstio(mesh).MeshYaml.ShouldContain($"    ? {new string('k', length)}\n    : v\n");
        }
        else
        {
        }
    }

    [Theory]
    [InlineData("[", 65)]
    [InlineData("{a: ", 65)]
    [InlineData("- ", 66)]
    public void Deep_nesting_is_refused_before_it_can_exhaust_the_stack(string opening, int times) =>
        Should.Throw<BootConfigurationException>(() => Generated.From(string.Concat(Enumerable.Repeat(opening, times))))
            .Message.ShouldBeGolden();

    [Fact]
    public void A_text_may_go_on_as_far_out_as_its_key_even_where_its_lines_would_take_no_end()
    {
        MeshYaml.Read("a:\n  b: \"c\\\n  d\n\te\"\nf: g\n").ToJsonString().ShouldBe("""{"a":{"b":"cd e"},"f":"g"}""");
        Should.Throw<BootConfigurationException>(() => MeshYaml.Read("a: \"b\n--- \"\n")).Message.ShouldContain("line ");
        string hostile = $"a: {new string(' ', 300_000)}\"{new string('\n', 300_000)}x\"\nb: \"\nc\"\n";
        Should.Throw<BootConfigurationException>(() => MeshYaml.Read(hostile)).Message.ShouldContain("wrong indentation");
    }

    [Theory]
    [InlineData("{a\nb: c}")]
    [InlineData("{\"a\"\n: b}")]
    [InlineData("k:\n-\ta\n")]
    [InlineData("k:\n  \ta: b\n")]
    [InlineData("k: [@a]\n")]
    [InlineData("k: [:a]\n")]
    [InlineData("k: &a:b c\nl: *a:b\n")]
    [InlineData("k: {\"a\" \"b\"}\n")]
    [InlineData("k: !! a\n")]
    [InlineData("k: {:\"a\"}\n")]
    [InlineData("{\"a\": b,:\"c\"}\n")]
    [InlineData("k: [a, : \"b\"]\n")]
    [InlineData("k: [a,:, b]\n")]
    [InlineData("k: {a: [b] c: d}\n")]
    [InlineData("k: {a: {b: c} # d\n  e: f}\n")]
    [InlineData("k: {a: {}b}\n")]
    [InlineData("k: [!b,\n  c]\n")]
    public void What_the_parser_reads_by_yaml_1_2_is_refused_as_istio_refuses_it(string text) =>
        Should.Throw<BootConfigurationException>(() => MeshYaml.Read(text)).Message.ShouldStartWith("mesh.yaml: line ");

    [Fact]
    public void A_running_plane_loses_no_character() =>
        MeshYaml.Read(Generated.From("defaultConfig: {proxyMetadata: {K: \"a\\N\\x7f\\x80\\uFFFEb\"}}").MeshYaml)["defaultConfig"]!["proxyMetadata"]!["K"]!
            .GetValue<string>().ShouldBe("a\u0085\u007F\u0080\uFFFEb");

    private static BootConfigurationFiles AsIstio(string mesh) =>
        Generated.From(mesh, with: i => i with { ClusterEnvStyle = ClusterEnvStyle.AsIstio });

    private static void Check(string mesh, string? expected)
    {
        if (expected is null)
        {
            Should.Throw<BootConfigurationException>(() => Generated.From(mesh)).Message.ShouldStartWith("mesh configuration: ");
        }
        else
        {
            string variables = "\n" + AsIstio(mesh).ClusterEnv;
            variables.Contains("\nK=", StringComparison.Ordinal).ShouldBe(expected != "-");
            variables.ShouldContain(expected == "-" ? "" : $"\nK={expected}\n");
        }
    }
}
