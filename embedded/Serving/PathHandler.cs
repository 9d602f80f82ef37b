using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Onboarding.Embedded.Authentication;
using Onboarding.Embedded.Discovery;
using Onboarding.Embedded.Errors;
using Onboarding.Embedded.OpenApi;
using Onboarding.Embedded.Requests;

namespace Onboarding.Embedded.Serving;

/// <summary>Answers everything that is no resource: discovery, health, version, keys.</summary>
internal sealed class PathHandler(TokenKey key)
{
    /// <summary>Paths a real server answers to anybody.</summary>
    public static bool IsPublic(string path) => path is "/version" or "/version/" or "/healthz" or "/livez" or "/readyz";

    public Task HandleAsync(HttpContext http, RequestInfo info)
    {
        if (!HttpMethods.IsGet(http.Request.Method) && !HttpMethods.IsHead(http.Request.Method))
        {
            throw ApiErrors.MethodNotAllowed();
        }

        string[] parts = info.Path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (parts is ["healthz" or "livez" or "readyz"] or ["healthz" or "livez" or "readyz", "ping"])
        {
            bool verbose = parts.Length == 1 && http.Request.Query.ContainsKey("verbose");
            return Answer.TextAsync(http, verbose ? $"[+]ping ok\n{parts[0]} check passed\n" : "ok");
        }

        byte[]? openApi = parts switch
        {
            ["openapi", "v2"] => OpenApiV2(http),
            ["openapi", "v3", "api", var version] => OpenApiDocuments.V3("", version),
            ["openapi", "v3", "apis", var group, var version] => OpenApiDocuments.V3(group, version),
            _ => null,
        };
        if (openApi is not null)
        {
            return Answer.BytesAsync(http, openApi);
        }

        JsonNode? document = parts switch
        {
            ["version"] => DiscoveryDocuments.Version(),
            ["api"] => DiscoveryDocuments.CoreVersions(http.Request.Host.Value ?? ""),
            ["api", var version] => DiscoveryDocuments.Resources("", version),
            ["apis"] => DiscoveryDocuments.Groups(),
            ["apis", var group] => DiscoveryDocuments.OneGroup(group),
            ["apis", var group, var version] => DiscoveryDocuments.Resources(group, version),
            ["openapi", "v3"] => OpenApiDocuments.Index(),
            ["openid", "v1", "jwks"] => key.ToJwks(),
            [".well-known", "openid-configuration"] => OpenIdConfiguration(),
            _ => null,
        };
        return document is null ? throw ApiErrors.PathNotFound() : Answer.JsonAsync(http, document);
    }

    private static byte[] OpenApiV2(HttpContext http)
    {
        string accept = http.Request.Headers.Accept.ToString();
        // Some clients ask for protobuf only, and have version 3 to fall back on.
        return accept.Length == 0 || accept.Contains("json", StringComparison.Ordinal) || accept.Contains("*/*", StringComparison.Ordinal)
            ? OpenApiDocuments.V2
            : throw ApiErrors.NotAcceptable();
    }

    private static JsonObject OpenIdConfiguration() => new()
    {
        ["issuer"] = ServiceAccountTokens.Issuer,
        ["jwks_uri"] = $"{ServiceAccountTokens.Issuer}/openid/v1/jwks",
        ["response_types_supported"] = new JsonArray("id_token"),
        ["subject_types_supported"] = new JsonArray("public"),
        ["id_token_signing_alg_values_supported"] = new JsonArray("ES256"),
    };
}
