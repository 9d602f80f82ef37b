using System.Text.Json.Nodes;
using Onboarding.Embedded.Errors;
using Onboarding.Embedded.Json;
using Onboarding.Embedded.Kinds;
using Onboarding.Embedded.Objects;
using Onboarding.Embedded.Patching;
using Onboarding.Embedded.Rbac;
using Onboarding.Embedded.Requests;
using Onboarding.Embedded.Schemas;
using Onboarding.Embedded.Storage;

namespace Onboarding.Embedded.Serving;

/// <summary>Answers POST, PUT, PATCH and DELETE.</summary>
internal sealed class WriteHandler(ObjectStore store, ObjectService objects, EscalationGuard guard, RbacAuthorizer authorizer, TimeProvider time)
{
    public async Task CreateAsync(ResourceRequest request)
    {
        RequestBody body = await RequestBody.ReadAsync(request.Http);
        JsonObject value = Expect(request, body.Object);
        WriteContext context = Context(request) with { Duplicates = body.Duplicates };
        await AnswerAsync(request, await objects.CreateAsync(request.Kind, request.Namespace, value, context), 201);
    }

    public async Task UpdateAsync(ResourceRequest request)
    {
        RequestBody body = await RequestBody.ReadAsync(request.Http);
        JsonObject value = Expect(request, body.Object);
        CheckName(request, value);
        WriteContext context = Context(request) with { Duplicates = body.Duplicates, RequireVersion = true };
        await AnswerAsync(
            request,
            await objects.UpdateAsync(request.Kind, request.Namespace, request.Name, _ => value.DeepClone().AsObject(), context));
    }

    public async Task PatchAsync(ResourceRequest request)
    {
        RequestBody body = await RequestBody.ReadAsync(request.Http, PatchTypes.All);
        if (body.MediaType is PatchTypes.Apply)
        {
            await ApplyAsync(request, body);
            return;
        }

        if (body.MediaType == PatchTypes.Strategic && !request.Kind.BuiltIn)
        {
            throw ApiErrors.UnsupportedMediaType(
                $"{PatchTypes.Json}, {PatchTypes.Merge}, {PatchTypes.Apply}");
        }

        Func<JsonObject, JsonObject> patch = PatchTypes.Read(body, request.Kind);
        WriteContext context = Context(request) with
        {
            Duplicates = body.Duplicates,
            Patch = System.Text.Encoding.UTF8.GetString(body.Bytes),
        };
        await AnswerAsync(request, await objects.UpdateAsync(request.Kind, request.Namespace, request.Name, Patched, context));

        JsonObject Patched(JsonObject current)
        {
            JsonObject result = Expect(request, patch(request.Kind.ToVersion(current, request.Version)));
            CheckName(request, result);
            return result;
        }
    }

    public async Task DeleteAsync(ResourceRequest request)
    {
        RequestBody body = await RequestBody.ReadAsync(request.Http);
        DeleteRequest options = DeleteRequest.Read(body.Value as JsonObject, request);
        (JsonObject value, bool gone) = await objects.DeleteAsync(request.Kind, request.Namespace, request.Name, options);
        await (gone ? Answer.JsonAsync(request.Http, Deleted(request.Kind, value)) : AnswerAsync(request, value));
    }

    public async Task DeleteCollectionAsync(ResourceRequest request)
    {
        RequestBody body = await RequestBody.ReadAsync(request.Http);
        DeleteRequest options = DeleteRequest.Read(body.Value as JsonObject, request);
        var selector = ObjectSelector.Read(request);
        ObjectPage page = store.List(new ListQuery(request.Kind.Resource)
        {
            Namespace = request.Namespace.Length > 0 ? request.Namespace : null,
            Filter = selector.Matches,
        });
        foreach (StoredObject item in page.Items)
        {
            try
            {
                await objects.DeleteAsync(request.Kind, item.Key.Namespace, item.Key.Name, options);
            }
            catch (ApiException gone) when (gone.Code == 404)
            {
                // Another client deleted it.
            }
        }

        var metadata = new JsonObject
        {
            ["resourceVersion"] = store.Version.ToString(System.Globalization.CultureInfo.InvariantCulture),
        };
        await Answer.JsonAsync(
            request.Http, new Presenter(request, Representation.Json, time).Many(page.Items.Select(i => i.ToJson()), metadata));
    }

    private async Task ApplyAsync(ResourceRequest request, RequestBody body)
    {
        if (string.IsNullOrEmpty(request.Query("fieldManager")))
        {
            throw ApiErrors.Invalid("meta.k8s.io", "PatchOptions", "",
                [FieldError.Required("fieldManager", "is required for apply patch")]);
        }

        JsonObject applied = Expect(request, body.Object);
        CheckName(request, applied);
        WriteContext context = Context(request) with { Duplicates = body.Duplicates };
        (JsonObject value, bool created) = await objects.ApplyAsync(
            request.Kind, request.Namespace, request.Name, applied, context, request.QueryFlag("force"));
        await AnswerAsync(request, value, created ? 201 : 200);
    }

    private WriteContext Context(ResourceRequest request) => WriteContext.FromRequest(request) with
    {
        Admit = (value, old) => guard.Check(request.User, request.Kind, value, old),
        RequireCreate = () => authorizer.Require(request.User, new AccessQuestion("create")
        {
            Group = request.Kind.Group,
            Resource = request.Kind.Plural,
            Namespace = request.Namespace,
            Name = request.Name,
        }),
    };

    private Task AnswerAsync(ResourceRequest request, JsonObject value, int code = 200) => Answer.JsonAsync(
        request.Http, new Presenter(request, RepresentationReader.Read(request.Http.Request), time).One(value), code);

    private static JsonObject Deleted(Kind kind, JsonObject value)
    {
        var details = new JsonObject { ["name"] = value.Text("metadata", "name") };
        if (kind.Group.Length > 0)
        {
            details["group"] = kind.Group;
        }

        details["kind"] = kind.Plural;
        details["uid"] = value.Text("metadata", "uid");
        return new JsonObject
        {
            ["kind"] = "Status",
            ["apiVersion"] = "v1",
            ["metadata"] = new JsonObject(),
            ["status"] = "Success",
            ["details"] = details,
        };
    }

    /// <summary>Checks that a document is what its URL says.</summary>
    private static JsonObject Expect(ResourceRequest request, JsonObject value)
    {
        string expected = request.Kind.ApiVersion(request.Version);
        if (value.Text("apiVersion") is { Length: > 0 } version && version != expected)
        {
            throw ApiErrors.BadRequest(
                $"the API version in the data ({version}) does not match the expected API version ({expected})");
        }

        if (value.Text("kind") is { Length: > 0 } kind && kind != request.Kind.Name)
        {
            throw ApiErrors.BadRequest(
                $"{kind} in version \"{request.Version}\" cannot be handled as a {request.Kind.Name}: no kind \"{kind}\" is registered for " +
                $"{request.Kind.Plural}");
        }

        return value;
    }

    private static void CheckName(ResourceRequest request, JsonObject value)
    {
        string name = value.Text("metadata", "name") ?? "";
        if (name.Length == 0)
        {
            value.Metadata()["name"] = request.Name;
        }
        else if (name != request.Name)
        {
            throw ApiErrors.BadRequest($"the name of the object ({name}) does not match the name on the URL ({request.Name})");
        }
    }
}
