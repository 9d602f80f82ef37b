using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Onboarding.Embedded.Errors;
using Onboarding.Embedded.Kinds;
using Onboarding.Embedded.Requests;
using Onboarding.Embedded.Virtual;

namespace Onboarding.Embedded.Serving;

/// <summary>Hands a request for a resource to who answers it.</summary>
internal sealed class ResourceDispatcher(ReadHandler reads, WatchHandler watches, WriteHandler writes, VirtualResources questions)
{
    public Task HandleAsync(HttpContext http, RequestInfo info, UserInfo user)
    {
        if (VirtualResources.All.FirstOrDefault(v => v.Group == info.Group && v.Plural == info.Resource) is { } question &&
            info.Version == "v1")
        {
            return QuestionAsync(http, info, user, question);
        }

        Kind kind = KindRegistry.Find(info.Group, info.Version, info.Resource) ?? throw ApiErrors.PathNotFound();
        if (kind == CoreKinds.ServiceAccount && info.Subresource == "token")
        {
            return TokenAsync(http, info);
        }

        // A namespace in the path of a namespace is its own name.
        bool namespaced = info.Namespace.Length > 0 && kind != CoreKinds.Namespace;
        if ((namespaced && !kind.Namespaced) || (info.Name.Length > 0 && kind.Namespaced && !namespaced) ||
            (info.Subresource.Length > 0 && (info.Subresource != "status" || !kind.HasStatus)))
        {
            throw ApiErrors.PathNotFound();
        }

        var request = new ResourceRequest(http, user, kind, info.Version)
        {
            Namespace = kind.Namespaced ? info.Namespace : "",
            Name = info.Name,
            Subresource = info.Subresource,
            Verb = info.Verb,
        };
        return HandleAsync(request);
    }

    private Task HandleAsync(ResourceRequest request)
    {
        bool named = request.Name.Length > 0;
        bool collection = !named && (request.Namespace.Length > 0 || !request.Kind.Namespaced);
        bool whole = request.Subresource.Length == 0;
        return request.Verb switch
        {
            "get" when named => reads.GetAsync(request),
            "list" => reads.ListAsync(request),
            "watch" when whole => watches.WatchAsync(request),
            "create" when collection => writes.CreateAsync(request),
            "update" when named => writes.UpdateAsync(request),
            "patch" when named => writes.PatchAsync(request),
            "delete" when named && whole => writes.DeleteAsync(request),
            "deletecollection" when collection => writes.DeleteCollectionAsync(request),
            _ => throw ApiErrors.MethodNotAllowed(),
        };
    }

    private async Task QuestionAsync(HttpContext http, RequestInfo info, UserInfo user, VirtualResource question)
    {
        if (info.Verb != "create" || info.Name.Length > 0)
        {
            throw ApiErrors.MethodNotAllowed();
        }

        JsonObject body = (await RequestBody.ReadAsync(http)).Object;
        await Answer.JsonAsync(http, questions.Answer(question, body, user), 201);
    }

    private async Task TokenAsync(HttpContext http, RequestInfo info)
    {
        if (info.Verb != "create")
        {
            throw ApiErrors.MethodNotAllowed();
        }

        JsonObject body = (await RequestBody.ReadAsync(http)).Object;
        await Answer.JsonAsync(http, questions.RequestToken(info.Namespace, info.Name, body), 201);
    }
}
