using System.Text.Json.Nodes;
using Onboarding.Embedded.Authentication;
using Onboarding.Embedded.Errors;
using Onboarding.Embedded.Json;
using Onboarding.Embedded.Kinds;
using Onboarding.Embedded.Objects;
using Onboarding.Embedded.Rbac;
using Onboarding.Embedded.Requests;
using Onboarding.Embedded.Schemas;

namespace Onboarding.Embedded.Virtual;

/// <summary>Resources that are questions: posted, answered, not stored.</summary>
internal sealed class VirtualResources(
    ObjectService objects, Authenticator authenticator, ServiceAccountTokens tokens, RbacAuthorizer authorizer)
{
    /// <summary>Shortest life of a token, in seconds.</summary>
    public const long ShortestToken = 600;

    private const long DefaultToken = 3600;

    private const long LongestToken = 1L << 32;

    /// <summary>What a virtual resource is, by group and name.</summary>
    public static IReadOnlyList<VirtualResource> All { get; } =
    [
        new("authentication.k8s.io", "tokenreviews", "TokenReview", false),
        new("authentication.k8s.io", "selfsubjectreviews", "SelfSubjectReview", false),
        new("authorization.k8s.io", "subjectaccessreviews", "SubjectAccessReview", false),
        new("authorization.k8s.io", "selfsubjectaccessreviews", "SelfSubjectAccessReview", false),
        new("authorization.k8s.io", "selfsubjectrulesreviews", "SelfSubjectRulesReview", false),
        new("authorization.k8s.io", "localsubjectaccessreviews", "LocalSubjectAccessReview", true),
    ];

    public JsonObject Answer(VirtualResource resource, JsonObject question, UserInfo user)
    {
        question["status"] = resource.Plural switch
        {
            "tokenreviews" => ReviewToken(question),
            "selfsubjectreviews" => new JsonObject { ["userInfo"] = user.ToJson() },
            "selfsubjectaccessreviews" => Access(user, question),
            "selfsubjectrulesreviews" => Rules(user, question.Text("spec", "namespace") ?? ""),
            _ => Access(Subject(question), question),
        };
        question.Metadata()["creationTimestamp"] = null;
        return question;
    }

    /// <summary>Answers a TokenRequest for a service account.</summary>
    public JsonObject RequestToken(string @namespace, string name, JsonObject request)
    {
        JsonObject account = objects.Get(CoreKinds.ServiceAccount, @namespace, name);
        long seconds = request.Number("spec", "expirationSeconds") ?? DefaultToken;
        if (seconds is < ShortestToken or > LongestToken)
        {
            string limit = seconds < ShortestToken
                ? "may not specify a duration less than 10 minutes"
                : "may not specify a duration larger than 2^32 seconds";
            throw ApiErrors.Invalid("authentication.k8s.io", "TokenRequest", "",
                [FieldError.Invalid("spec.expirationSeconds", seconds.ToString(System.Globalization.CultureInfo.InvariantCulture), limit)]);
        }

        BoundObject? bound = Bound(@namespace, name, request);
        string[] audiences = [.. request.Texts("spec", "audiences")];
        (string token, DateTimeOffset expires) = tokens.Issue(account, audiences, seconds, bound);
        JsonObject spec = request.Child("spec");
        spec["expirationSeconds"] = seconds;
        spec["audiences"] = new JsonArray(
            [.. (audiences.Length > 0 ? audiences : [ServiceAccountTokens.Issuer]).Select(a => JsonValue.Create(a))]);
        JsonObject metadata = request.Metadata();
        metadata["name"] = name;
        metadata["namespace"] = @namespace;
        request["apiVersion"] = "authentication.k8s.io/v1";
        request["kind"] = "TokenRequest";
        request["status"] = new JsonObject { ["token"] = token, ["expirationTimestamp"] = Clock.Text(expires) };
        return request;
    }

    private BoundObject? Bound(string @namespace, string account, JsonObject request)
    {
        if (request.At("spec", "boundObjectRef") is not { } reference)
        {
            return null;
        }

        Kind kind = reference.Text("kind") switch
        {
            "Secret" => CoreKinds.Secret,
            "Pod" => CoreKinds.Pod,
            _ => throw ApiErrors.BadRequest($"cannot bind token to object of type {reference.Text("apiVersion")}, {reference.Text("kind")}"),
        };
        string name = reference.Text("name") ?? "";
        JsonObject value = objects.Get(kind, @namespace, name);
        if (kind == CoreKinds.Pod && value.Text("spec", "serviceAccountName") != account)
        {
            throw ApiErrors.BadRequest($"cannot bind token for serviceaccount \"{account}\" to pod running with different serviceaccount name.");
        }

        string actual = value.Text("metadata", "uid") ?? "";
        return reference.Text("uid") is { Length: > 0 } uid && uid != actual
            ? throw ApiErrors.Conflict(kind, name, $"the UID in the bound object reference ({uid}) does not match the UID in record ({actual})")
            : new BoundObject(kind, value);
    }

    private JsonObject ReviewToken(JsonObject question)
    {
        string token = question.Text("spec", "token") is { Length: > 0 } given
            ? given
            : throw ApiErrors.BadRequest("token is required for TokenReview in authentication");
        TokenReviewResult result = authenticator.Review(token, [.. question.Texts("spec", "audiences")]);
        return result.User is { } user
            ? new JsonObject
            {
                ["authenticated"] = true,
                ["user"] = user.ToJson(),
                ["audiences"] = new JsonArray([.. result.Audiences.Select(a => JsonValue.Create(a))]),
            }
            : new JsonObject { ["user"] = new JsonObject(), ["error"] = result.Error };
    }

    private JsonObject Access(UserInfo user, JsonObject question)
    {
        JsonNode? resource = question.At("spec", "resourceAttributes");
        JsonNode? path = question.At("spec", "nonResourceAttributes");
        AccessQuestion asked = resource is not null
            ? new AccessQuestion(resource.Text("verb") ?? "")
            {
                Group = resource.Text("group") ?? "",
                Resource = resource.Text("resource") ?? "",
                Subresource = resource.Text("subresource") ?? "",
                Namespace = resource.Text("namespace") ?? "",
                Name = resource.Text("name") ?? "",
            }
            : new AccessQuestion(path.Text("verb") ?? "") { Path = path.Text("path") ?? "" };
        return new JsonObject { ["allowed"] = authorizer.IsAllowed(user, asked) };
    }

    private static UserInfo Subject(JsonObject question) =>
        new(question.Text("spec", "user") ?? "", question.Text("spec", "uid") ?? "", [.. question.Texts("spec", "groups")]);

    private JsonObject Rules(UserInfo user, string @namespace)
    {
        PolicyRule[] rules = user.Groups.Contains(UserInfo.Masters)
            ? [new PolicyRule(["*"], ["*"], ["*"], [], []), new PolicyRule(["*"], [], [], [], ["*"])]
            : [.. authorizer.Rules(user, @namespace)];
        return new JsonObject
        {
            ["resourceRules"] = new JsonArray([.. rules.Where(r => r.Paths.IsEmpty).Select(r => r.ToJson())]),
            ["nonResourceRules"] = new JsonArray([.. rules.Where(r => !r.Paths.IsEmpty).Select(r => r.ToJson())]),
            ["incomplete"] = false,
        };
    }
}

/// <summary>A resource that can only be created, and whose answer isn't stored. All are version v1.</summary>
internal sealed record VirtualResource(string Group, string Plural, string Kind, bool Namespaced);
