using System.Text.Json.Nodes;
using Onboarding.Embedded.Admission;
using Onboarding.Embedded.Apply;
using Onboarding.Embedded.Errors;
using Onboarding.Embedded.Json;
using Onboarding.Embedded.Kinds;
using Onboarding.Embedded.Requests;
using Onboarding.Embedded.Schemas;

namespace Onboarding.Embedded.Objects;

internal sealed partial class ObjectService
{
    /// <summary>Prunes, defaults, validates, and records who owns which field: everything between a client's words and what is stored.</summary>
    private void Complete(Kind kind, JsonObject next, JsonObject? live, WriteContext context)
    {
        string name = next.Text("metadata", "name") ?? "";
        next["apiVersion"] = kind.ApiVersion(kind.StoredVersion);
        next["kind"] = kind.Name;
        UnknownFields(
            kind, name, [.. Pruner.Prune(next, kind.Schema, kind.BuiltIn), .. ReadProblems.UnknownFields(kind, next)], context);
        if (kind.BuiltIn && SchemaValidator.Types(next, kind.Schema) is [var wrong, ..])
        {
            throw ApiErrors.BadRequest(
                $"{kind.Name} in version \"{context.Version}\" cannot be handled as a {kind.Name}: json: cannot unmarshal into Go struct " +
                $"field {kind.Name}.{wrong.Field}: {wrong.Message}");
        }

        EmptyMetadata.Remove(next);
        Defaulter.Apply(next, kind.Schema);
        KindRules.Prepare(kind, next, live);
        IReadOnlyList<FieldError> shape = SchemaValidator.Validate(next, kind.Schema);
        FieldError[] errors =
        [
            .. MetadataValidator.Validate(kind, next), .. NewFinalizers(live, next), .. shape,
            .. ReadProblems.Errors(kind, next).Where(e => !shape.Any(s => s.Field == e.Field)), .. KindRules.Validate(kind, next, live),
        ];
        if (errors.Length > 0)
        {
            throw ApiErrors.Invalid(kind, name, errors);
        }

        context.Admit(next, live);
        if (context.Subresource.Length == 0)
        {
            IstioWebhook.Check(kind, next, context.Warn);
        }

        if (!context.Apply)
        {
            var writer = new FieldOwner(
                context.Manager, FieldOwner.UpdateOperation, kind.ApiVersion(context.Version), context.Subresource, new FieldSet(), time.Now());
            FieldOwnership.Update(live, next, kind.Schema, writer);
        }
    }

    private static void UnknownFields(Kind kind, string name, IReadOnlyList<string> unknown, WriteContext context)
    {
        string[] problems =
        [
            .. unknown.Select(path => $"unknown field \"{path}\""),
            .. context.Duplicates.Select(path => $"duplicate field \"{path}\""),
        ];
        if (problems.Length == 0 || context.FieldValidation == FieldStrictness.Ignore)
        {
            return;
        }

        if (context.FieldValidation == FieldStrictness.Warn)
        {
            Array.ForEach(problems, context.Warn);
            return;
        }

        string all = $"strict decoding error: {string.Join(", ", problems)}";
        throw context.Patch is { } patch
            ? ApiErrors.Invalid(kind, name, [FieldError.Invalid("patch", JsonText.Text(JsonValue.Create(patch)), all)])
            : ApiErrors.BadRequest($"{kind.Name} in version \"{context.Version}\" cannot be handled as a {kind.Name}: {all}");
    }

    private static IEnumerable<FieldError> NewFinalizers(JsonObject? live, JsonObject next)
    {
        if (live?.At("metadata", "deletionTimestamp") is null)
        {
            yield break;
        }

        string[] added = [.. next.Texts("metadata", "finalizers").Except(live.Texts("metadata", "finalizers"))];
        if (added.Length > 0)
        {
            yield return FieldError.Forbidden(
                "metadata.finalizers",
                $"no new finalizers can be added if the object is being deleted, found new finalizers []string{{{string.Join(", ", added.Select(a => $"\"{a}\""))}}}");
        }
    }
}
