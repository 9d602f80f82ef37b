using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Onboarding.Tests.Integration.KubernetesTests;

/// <summary>What a fake API server does with one request.</summary>
internal delegate Task Answer(HttpContext context);

/// <summary>Ready-made answers.</summary>
internal static class Answers
{
    public static Answer Json(string body, int code = 200) => context =>
    {
        context.Response.StatusCode = code;
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(body, context.RequestAborted);
    };

    public static Answer ConfigMap(string name = "one", string version = "1") => Json(TestObjects.ConfigMap(name, version).ToJsonString());

    public static Answer Status(int code, string reason, string message = "no", int? retryAfter = null, string details = "{}") => async context =>
    {
        if (retryAfter is not null)
        {
            context.Response.Headers.RetryAfter = retryAfter.ToString();
        }

        var status = new JsonObject
        {
            ["kind"] = "Status",
            ["apiVersion"] = "v1",
            ["status"] = "Failure",
            ["reason"] = reason,
            ["message"] = message,
            ["code"] = code,
            ["details"] = JsonNode.Parse(details),
        };
        await Json(status.ToJsonString(), code)(context);
    };

    /// <summary>The connection is gone before anything is answered.</summary>
    public static Task Abort(HttpContext context)
    {
        context.Abort();
        return Task.CompletedTask;
    }

    /// <summary>Nothing ever comes.</summary>
    public static Task Silence(HttpContext context) => UntilGone(context);

    /// <summary>Sends lines; then ends, or stays silent.</summary>
    public static Answer Watch(IEnumerable<string> lines, bool stay) => async context =>
    {
        context.Response.ContentType = "application/json";
        await context.Response.StartAsync();
        foreach (string line in lines)
        {
            await context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(line + "\n"), context.RequestAborted);
        }

        await context.Response.Body.FlushAsync(context.RequestAborted);
        if (stay)
        {
            await UntilGone(context);
        }
    };

    private static async Task UntilGone(HttpContext context)
    {
        var gone = new TaskCompletionSource();
        await using CancellationTokenRegistration registration = context.RequestAborted.Register(gone.SetResult);
        await gone.Task;
    }
}
