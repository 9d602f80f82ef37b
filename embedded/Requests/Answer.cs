using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Onboarding.Embedded.Json;

namespace Onboarding.Embedded.Requests;

/// <summary>Writes answers.</summary>
internal static class Answer
{
    public static Task JsonAsync(HttpContext http, JsonNode value, int code = 200) => BytesAsync(http, JsonText.Bytes(value), code);

    public static async Task BytesAsync(HttpContext http, byte[] json, int code = 200)
    {
        http.Response.StatusCode = code;
        http.Response.ContentType = "application/json";
        http.Response.ContentLength = json.Length;
        http.Response.Headers.CacheControl = "no-cache, private";
        if (!HttpMethods.IsHead(http.Request.Method))
        {
            await http.Response.Body.WriteAsync(json, http.RequestAborted);
        }
    }

    public static async Task TextAsync(HttpContext http, string text)
    {
        http.Response.ContentType = "text/plain; charset=utf-8";
        await http.Response.WriteAsync(text, http.RequestAborted);
    }
}
