using Microsoft.AspNetCore.Http;
using Onboarding.Embedded.Selectors;

namespace Onboarding.Embedded.Requests;

/// <summary>What a request asks for, in the terms authorization thinks in.</summary>
internal sealed record RequestInfo(string Verb, string Path)
{
    /// <summary>False for paths such as <c>/version</c>.</summary>
    public bool IsResource { get; init; }

    public string Group { get; init; } = "";

    public string Version { get; init; } = "";

    public string Namespace { get; init; } = "";

    public string Resource { get; init; } = "";

    public string Name { get; init; } = "";

    public string Subresource { get; init; } = "";

    /// <summary>
    /// The name a rule must allow. A list or watch limited to one name by its field selector is about that object alone, so that a
    /// rule with <c>resourceNames</c> can allow it.
    /// </summary>
    public string AuthorizedName { get; private init; } = "";

    public static RequestInfo Read(HttpRequest request)
    {
        string path = request.Path.Value ?? "/";
        string[] parts = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        int used = parts switch
        {
            ["api", _, _, ..] => 2,
            ["apis", _, _, _, ..] => 3,
            _ => 0,
        };
        string[] rest = parts[used..];
        if (used == 0 || rest.Length > 5)
        {
            return new RequestInfo(request.Method.ToLowerInvariant(), path);
        }

        var info = new RequestInfo("", path) { IsResource = true, Group = used == 2 ? "" : parts[1], Version = parts[used - 1] };
        info = rest switch
        {
            ["namespaces", var name, "status" or "finalize"] =>
                info with { Resource = "namespaces", Namespace = name, Name = name, Subresource = rest[2] },
            ["namespaces", var name] => info with { Resource = "namespaces", Namespace = name, Name = name },
            ["namespaces", var space, var resource, .. var tail] => Tail(info with { Namespace = space, Resource = resource }, tail),
            [var resource, .. var tail] => Tail(info with { Resource = resource }, tail),
            _ => info,
        };
        bool named = info.Name.Length > 0;
        string selector = request.Query["fieldSelector"].ToString();
        return info with
        {
            Verb = VerbOf(request, named),
            AuthorizedName = named ? info.Name : FieldSelector.ExactName(selector) ?? "",
        };
    }

    private static RequestInfo Tail(RequestInfo info, string[] tail) => info with
    {
        Name = tail.ElementAtOrDefault(0) ?? "",
        Subresource = string.Join('/', tail.Skip(1)),
    };

    private static string VerbOf(HttpRequest request, bool named) => request.Method switch
    {
        "GET" or "HEAD" => IsWatch(request) ? "watch" : named ? "get" : "list",
        "POST" => "create",
        "PUT" => "update",
        "PATCH" => "patch",
        "DELETE" => named ? "delete" : "deletecollection",
        _ => request.Method.ToLowerInvariant(),
    };

    private static bool IsWatch(HttpRequest request) => request.Query["watch"].ToString() is "true" or "1" or "True";
}
