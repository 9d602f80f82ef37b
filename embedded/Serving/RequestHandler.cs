using Microsoft.AspNetCore.Http;
using Onboarding.Embedded.Authentication;
using Onboarding.Embedded.Errors;
using Onboarding.Embedded.Rbac;
using Onboarding.Embedded.Requests;

namespace Onboarding.Embedded.Serving;

/// <summary>Takes a request from the wire to its answer: who asks, may they, what for.</summary>
internal sealed partial class RequestHandler(
    Authenticator authenticator,
    RbacAuthorizer authorizer,
    ImpersonationCheck impersonation,
    ResourceDispatcher resources,
    PathHandler paths,
    ILogger<RequestHandler> logger)
{
    public async Task HandleAsync(HttpContext http)
    {
        try
        {
            await DispatchAsync(http);
        }
        catch (ApiException refusal) when (!http.Response.HasStarted)
        {
            await Answer.JsonAsync(http, refusal.ToStatus(), refusal.Code);
        }
        catch (OperationCanceledException e) when (http.RequestAborted.IsCancellationRequested || e.InnerException is IOException)
        {
            // The client left; no one waits for an answer.
        }
#pragma warning disable CA1031 // The server outlives any request.
        catch (Exception failure) when (!http.Response.HasStarted)
#pragma warning restore CA1031
        {
            LogFailure(http.Request.Method, http.Request.Path, failure);
            // What went wrong inside is for the log, not for the client.
            var status = new ApiException(500, "InternalError", "Internal error occurred: see the embedded control plane's log");
            await Answer.JsonAsync(http, status.ToStatus(), 500);
        }
    }

    private async Task DispatchAsync(HttpContext http)
    {
        RequestInfo info = RequestInfo.Read(http.Request);
        if (PathHandler.IsPublic(info.Path))
        {
            await paths.HandleAsync(http, info);
            return;
        }

        UserInfo user = authenticator.Authenticate(http.Request) ?? throw ApiErrors.Unauthorized();
        user = impersonation.Apply(user, http.Request);
        Authorize(user, info);
        await (info.IsResource ? resources.HandleAsync(http, info, user) : paths.HandleAsync(http, info));
    }

    private void Authorize(UserInfo user, RequestInfo info)
    {
        AccessQuestion question = info.IsResource
            ? new AccessQuestion(info.Verb)
            {
                Group = info.Group,
                Resource = info.Resource,
                Subresource = info.Subresource,
                Namespace = info.Namespace,
                Name = info.AuthorizedName,
            }
            : new AccessQuestion(info.Verb) { Path = info.Path };
        authorizer.Require(user, question);
    }

    [LoggerMessage(3001, LogLevel.Error, "{Method} {Path} failed", EventName = "RequestFailed")]
    private partial void LogFailure(string method, string path, Exception failure);
}
