using Microsoft.AspNetCore.Http;

namespace Onboarding.Testing;

/// <summary>A request to the Kubernetes API, as roles name it.</summary>
/// <param name="Verb">E.g. <c>watch</c>.</param>
/// <param name="Group">API group; empty for the core's.</param>
/// <param name="Resource">Resource, with its subresource if it is about one: <c>serviceaccounts/token</c>.</param>
/// <param name="Namespace">Namespace; null if it is about all of them, or the resource has none.</param>
/// <param name="Name">Name of the one object it is about, also of a list or watch that is limited to one; null if there is none.</param>
public sealed record ApiCall(string Verb, string Group, string Resource, string? Namespace, string? Name)
{
    private const string ByName = "metadata.name=";

    public static ApiCall FromRequest(HttpRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        string[] parts = request.Path.Value!.Split('/', StringSplitOptions.RemoveEmptyEntries);
        int start = parts[0] == "api" ? 2 : 3;
        string group = parts[0] == "api" ? "" : parts[1];
        string? space = null;
        if (parts.Length > start + 2 && parts[start] == "namespaces")
        {
            space = parts[start + 1];
            start += 2;
        }

        string resource = parts.Length > start + 2 ? $"{parts[start]}/{parts[start + 2]}" : parts[start];
        string? name = parts.Length > start + 1 ? parts[start + 1] : NameOf(request.Query["fieldSelector"]);
        return new ApiCall(VerbOf(request, parts.Length > start + 1), group, resource, space, name);
    }

    private static string? NameOf(string? selector) => selector?.Split(',')
        .FirstOrDefault(s => s.StartsWith(ByName, StringComparison.Ordinal))?[ByName.Length..];

    private static string VerbOf(HttpRequest request, bool isNamed) => request.Method switch
    {
        "GET" when request.Query.ContainsKey("watch") => "watch",
        "GET" when !isNamed => "list",
        "POST" => "create",
        "PUT" => "update",
        var method => method.ToLowerInvariant(),
    };
}
