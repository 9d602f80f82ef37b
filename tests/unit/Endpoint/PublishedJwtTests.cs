using Microsoft.IdentityModel.Tokens;
using Onboarding.Endpoint.Authentication.Jwt;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Unit.Endpoint;

/// <summary>The signatures that RFC 7515 publishes, appendix A.2 and A.3: made by others' code, with others' keys.</summary>
public sealed class PublishedJwtTests
{
    private const string Payload = "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";

    private const string Ec = """
        {"kty": "EC", "crv": "P-256", "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU", "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}
        """;

    private const string Rsa = """
        {"kty": "RSA", "e": "AQAB", "n": "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ"}
        """;

    private const string EcSignature = "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";

    private const string RsaSignature =
        "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw";

    [Theory]
    [InlineData("ES256", "eyJhbGciOiJFUzI1NiJ9", Ec, EcSignature)]
    [InlineData("RS256", "eyJhbGciOiJSUzI1NiJ9", Rsa, RsaSignature)]
    public void A_published_signature_is_good_and_with_another_payload_it_is_not(string algorithm, string header, string key, string signature)
    {
        IReadOnlyList<JsonWebKey> keys = KeySetReader.Read($$"""{"keys": [{{key}}]}""", "RFC 7515");
        using CompactJwt published = CompactJwt.TryRead($"{header}.{Payload}.{signature}", out string problem).ShouldNotBeNull(problem);
        using CompactJwt changed = CompactJwt.TryRead($"{header}.eyJpc3MiOiJqb2EifQ.{signature}", out _).ShouldNotBeNull();

        SignatureChecker.IsGood(published, algorithm, kid: null, keys).ShouldBeTrue();
        SignatureChecker.IsGood(changed, algorithm, kid: null, keys).ShouldBeFalse();
    }
}
