using System.Text.Json.Nodes;
using Onboarding.Embedded.Kinds;
using Onboarding.Embedded.Schemas;

namespace Onboarding.Embedded.Errors;

/// <summary>Refusals in the words of a real API server, since clients and people match on them.</summary>
internal static class ApiErrors
{
    public static ApiException NotFound(Kind kind, string name) =>
        new(404, "NotFound", $"{kind.Resource} \"{name}\" not found", Details(kind, name));

    public static ApiException PathNotFound() =>
        new(404, "NotFound", "the server could not find the requested resource", []);

    public static ApiException AlreadyExists(Kind kind, string name) =>
        new(409, "AlreadyExists", $"{kind.Resource} \"{name}\" already exists", Details(kind, name));

    public static ApiException Conflict(Kind kind, string name, string why) =>
        new(409, "Conflict", $"Operation cannot be fulfilled on {kind.Resource} \"{name}\": {why}", Details(kind, name));

    /// <summary>A failed precondition of a deletion; a real server names the kind there, not the resource.</summary>
    public static ApiException NotAsExpected(Kind kind, string name, string why)
    {
        JsonObject details = Details(kind, name);
        details["kind"] = kind.Name;
        return new ApiException(409, "Conflict", $"Operation cannot be fulfilled on {kind.QualifiedName} \"{name}\": {why}", details);
    }

    public static ApiException Modified(Kind kind, string name) => Conflict(
        kind, name, "the object has been modified; please apply your changes to the latest version and try again");

    public static ApiException BadRequest(string message) => new(400, "BadRequest", message);

    public static ApiException Unauthorized() => new(401, "Unauthorized", "Unauthorized");

    public static ApiException Forbidden(Kind kind, string name, string why, string? causeReason = null)
    {
        JsonObject details = Details(kind, name);
        if (causeReason is not null)
        {
            details["causes"] = new JsonArray(new JsonObject { ["reason"] = causeReason, ["message"] = why });
        }

        return new ApiException(403, "Forbidden", $"{kind.Resource} \"{name}\" is forbidden: {why}", details);
    }

    public static ApiException MethodNotAllowed() =>
        new(405, "MethodNotAllowed", "the server does not allow this method on the requested resource", []);

    public static ApiException UnsupportedMediaType(string accepted) => new(
        415, "UnsupportedMediaType",
        $"the body of the request was in an unknown format - accepted media types include: {accepted}");

    public static ApiException NotAcceptable() => new(
        406, "NotAcceptable", "only the following media types are accepted: application/json");

    public static ApiException TooLarge(int limit) =>
        new(413, "RequestEntityTooLarge", $"Request entity too large: limit is {limit}");

    public static ApiException Expired(string message) => new(410, "Expired", message);

    public static ApiException Invalid(Kind kind, string name, IReadOnlyList<FieldError> errors) =>
        Invalid(kind.Group, kind.Name, name, errors);

    public static ApiException Invalid(string group, string kind, string name, IReadOnlyList<FieldError> errors)
    {
        string qualified = group.Length == 0 ? kind : $"{kind}.{group}";
        string[] texts = [.. errors.Select(e => e.ToString())];
        string all = texts.Length == 1 ? texts[0] : $"[{string.Join(", ", texts)}]";
        var details = new JsonObject
        {
            ["name"] = name,
            ["group"] = group,
            ["kind"] = kind,
            ["causes"] = new JsonArray([.. errors.Select(e => e.ToCause())]),
        };
        return new ApiException(422, "Invalid", $"{qualified} \"{name}\" is invalid: {all}", details);
    }

    private static JsonObject Details(Kind kind, string name)
    {
        var details = new JsonObject();
        if (name.Length > 0)
        {
            details["name"] = name;
        }

        if (kind.Group.Length > 0)
        {
            details["group"] = kind.Group;
        }

        details["kind"] = kind.Plural;
        return details;
    }
}
