using System.Text;
using System.Text.Json.Nodes;
using Onboarding.Api.Reading;
using Onboarding.BootConfiguration;
using Onboarding.Documents;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Fuzz;

/// <summary>
/// YamlDotNet fails on some broken texts with InvalidOperationException, ArgumentException or ArgumentOutOfRangeException, and on others
/// reports events that don't nest. Neither may get past the one reader.
/// </summary>
public sealed class YamlFuzzTests
{
    private static readonly byte[][] Seeds =
    [
        "a: &x {b: [*x, 'c', \"d\\\n  e\\u00e9\"], ? f : g}\n<<: *x\nh: |2-\n    i\n  j\n"u8.ToArray(),
        "%TAG !e! tag:e.org,2000:\n--- !e!m\n? [a, b]\n: !!str c\n...\n%YAML 1.1\n---\n- - - d\n  -\te\n"u8.ToArray(),
        "k: [a, \nb, {c: d\n}, \"e\"#f\n]\n!!]g: &h:i\n"u8.ToArray(),
        "x: &a [l]\ny: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nz: [*b,*b,*b,*b,*b,*b,*b,*b,*b]\n"u8.ToArray(),
    ];

    [Fact]
    public void Events_nest_or_the_text_is_refused() => new Fuzzer(Seeds).Run<SyntaxException>(input =>
    {
        var reader = new YamlEventReader(Encoding.UTF8.GetString(input));
        int depth = 0;
        while (reader.Next() is { } next)
        {
            depth += next.NestingIncrease;
            depth.ShouldBeGreaterThanOrEqualTo(0);
        }

        depth.ShouldBe(0);
    });

    [Fact]
    public void A_document_of_istio_is_read_or_refused() => new Fuzzer(Seeds).Run<BootConfigurationException>(
        input => MeshYaml.Read(Encoding.UTF8.GetString(input)));

    [Fact]
    public void What_people_write_has_a_value_or_problems() => new Fuzzer(Seeds).Run<NoException>(input =>
    {
        ReadResult<JsonObject> result = ResourceReader.ReadObject(input);
        (result.Value is null).ShouldBe(result.Errors.Any());
    });
}
