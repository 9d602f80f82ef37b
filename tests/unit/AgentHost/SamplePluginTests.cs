using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Onboarding.Samples.JwtCredentialPlugin;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Unit.AgentHostTests;

public sealed class SamplePluginTests : IDisposable
{
    private const string Request = """{"audience":"plane-1"}""";
    private readonly TemporaryDirectory _directory = new();
    private readonly Dictionary<string, string> _environment;

    public SamplePluginTests()
    {
        _environment = new Dictionary<string, string>
        {
            ["RPC_METHOD_NAME"] = "GetCredential",
            ["SAMPLE_JWT_ISSUER"] = "https://demo.localhost",
            ["SAMPLE_JWT_ISSUER_KEY"] = _directory["demo.jwk"],
            ["SAMPLE_JWT_SUBJECT"] = "vm1",
            ["SAMPLE_JWT_ATTRIBUTES_FIELD"] = "custom",
            ["SAMPLE_JWT_ATTRIBUTES"] = "role=ratings,zone=a=b",
        };
        KeyPair.Generate(_directory["demo"], TextWriter.Null).ShouldBe(0);
    }

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void The_private_key_is_for_the_owner_alone_and_the_public_set_has_none_of_it()
    {
        File.GetUnixFileMode(_directory["demo.jwk"]).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        JsonNode set = JsonNode.Parse(File.ReadAllText(_directory["demo.jwks"]))!;
        set["keys"]!.AsArray().Single()!.AsObject().Select(p => p.Key).ShouldBe(["kty", "crv", "use", "alg", "kid", "x", "y"]);
    }

    [Fact]
    public void A_key_is_never_overwritten()
    {
        string before = File.ReadAllText(_directory["demo.jwk"]);
        KeyPair.Generate(_directory["demo"], TextWriter.Null).ShouldBe(1);
        File.ReadAllText(_directory["demo.jwk"]).ShouldBe(before);
    }

    [Fact]
    public void Its_token_verifies_with_the_public_set_and_says_what_it_was_told()
    {
        (int exitCode, JsonNode answer) = Call(Request);
        exitCode.ShouldBe(0);
        answer["credential"]!["@type"]!.GetValue<string>().ShouldBe("type.googleapis.com/onboarding.v1alpha1.JwtCredential");
        answer["expiresAt"]!.GetValue<string>().ShouldBe("2026-01-02T03:14:05Z");
        string[] parts = answer["credential"]!["token"]!.GetValue<string>().Split('.');
        JsonNode jwk = JsonNode.Parse(File.ReadAllText(_directory["demo.jwks"]))!["keys"]![0]!;
        var point = new ECPoint
        {
            X = Base64Url.DecodeFromChars(jwk["x"]!.GetValue<string>()),
            Y = Base64Url.DecodeFromChars(jwk["y"]!.GetValue<string>()),
        };
        using ECDsa key = ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = point });
        key.VerifyData(Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"), Base64Url.DecodeFromChars(parts[2]), HashAlgorithmName.SHA256)
            .ShouldBeTrue();
        Decode(parts[0])["kid"]!.GetValue<string>().ShouldBe(jwk["kid"]!.GetValue<string>());
        JsonNode claims = Decode(parts[1]);
        claims["iss"]!.GetValue<string>().ShouldBe("https://demo.localhost");
        claims["sub"]!.GetValue<string>().ShouldBe("vm1");
        claims["aud"]!.GetValue<string>().ShouldBe("plane-1");
        claims["custom"]!.ToJsonString().ShouldBe("""{"role":"ratings","zone":"a=b"}""");
        (claims["exp"]!.GetValue<long>() - claims["iat"]!.GetValue<long>()).ShouldBe(600);
    }

    [Theory]
    [InlineData("SAMPLE_JWT_SUBJECT", "", "SAMPLE_JWT_SUBJECT isn't set")]
    [InlineData("SAMPLE_JWT_ATTRIBUTES", "role", "'role' isn't name=value")]
    [InlineData("SAMPLE_JWT_ISSUER_KEY", "/nonexistent", "can't be read")]
    [InlineData("RPC_METHOD_NAME", "GetHostInfo", "isn't implemented")]
    public void What_is_wrong_is_a_status(string name, string value, string why)
    {
        _environment[name] = value;
        (int exitCode, JsonNode answer) = Call(Request);
        exitCode.ShouldBe(1);
        answer["code"]!.GetValue<int>().ShouldBeGreaterThan(0);
        answer["message"]!.GetValue<string>().ShouldContain(why);
    }

    [Fact]
    public void A_key_that_is_none_is_refused()
    {
        File.WriteAllText(_directory["demo.jwk"], """{"kty":"EC"}""");
        Call(Request).Answer["message"]!.GetValue<string>().ShouldBeGolden();
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("")]
    public void A_request_without_audience_is_refused(string request) => Call(request).ExitCode.ShouldBe(1);

    private static JsonNode Decode(string part) => JsonNode.Parse(Base64Url.DecodeFromChars(part))!;

    private (int ExitCode, JsonNode Answer) Call(string request)
    {
        using var output = new StringWriter();
        int exitCode = Plugin.Answer(_environment.GetValueOrDefault, new StringReader(request), output, new FakeTimeProvider());
        return (exitCode, JsonNode.Parse(output.ToString())!);
    }
}
