using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Onboarding.Testing.Clouds.Aws;

/// <summary>Checks Signature Version 4 as AWS does: over the request that came, whatever the sender thinks it sent.</summary>
internal static class SignatureV4
{
    /// <summary>The access key id that signed; null if the header isn't one.</summary>
    public static string? KeyOf(HttpRequest request) =>
        Parts(request).TryGetValue("Credential", out string? credential) ? credential.Split('/')[0] : null;

    /// <summary>True if this secret key signed this very request for this service.</summary>
    public static bool IsGood(HttpRequest request, byte[] body, string secretKey, string service)
    {
        Dictionary<string, string> parts = Parts(request);
        if (!parts.TryGetValue("Credential", out string? credential) || !parts.TryGetValue("SignedHeaders", out string? names)
            || !parts.TryGetValue("Signature", out string? signature) || credential.Split('/') is not [_, string day, string region, string forService, "aws4_request"]
            || forService != service)
        {
            return false;
        }

        string date = request.Headers["x-amz-date"].ToString();
        if (!names.Split(';').Contains("host") || !date.StartsWith(day, StringComparison.Ordinal))
        {
            return false;
        }

        string headers = string.Concat(names.Split(';').Select(n =>
            $"{n}:{string.Join(' ', (n == "host" ? request.Host.Value! : request.Headers[n].ToString()).Split(' ', StringSplitOptions.RemoveEmptyEntries))}\n"));
        string canonical = $"{request.Method}\n{request.Path}\n{request.QueryString.Value?.TrimStart('?')}\n{headers}\n{names}\n{Hex(SHA256.HashData(body))}";
        string toSign = $"AWS4-HMAC-SHA256\n{date}\n{day}/{region}/{service}/aws4_request\n{Hex(SHA256.HashData(Encoding.UTF8.GetBytes(canonical)))}";
        byte[] key = Encoding.UTF8.GetBytes("AWS4" + secretKey);
        foreach (string step in (string[])[day, region, service, "aws4_request", toSign])
        {
            key = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(step));
        }

        return Hex(key) == signature;
    }

    private static Dictionary<string, string> Parts(HttpRequest request)
    {
        const string Scheme = "AWS4-HMAC-SHA256 ";
        string header = request.Headers.Authorization.ToString();
        return header.StartsWith(Scheme, StringComparison.Ordinal)
            ? header[Scheme.Length..].Split(", ").Select(p => p.Split('=', 2)).Where(p => p.Length == 2).ToDictionary(p => p[0], p => p[1])
            : [];
    }

    private static string Hex(byte[] bytes) => Convert.ToHexStringLower(bytes);
}
