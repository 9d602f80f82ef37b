using System.Text.Json.Nodes;
using Onboarding.Embedded.Admission;
using Onboarding.Embedded.Apply;
using Onboarding.Embedded.Errors;
using Onboarding.Embedded.Json;
using Onboarding.Embedded.Kinds;
using Onboarding.Embedded.Requests;

namespace Onboarding.Embedded.Objects;

internal sealed partial class ObjectService
{
    /// <summary>Server-side apply: changes the object, or creates it if there is none.</summary>
    /// <returns>The object, and whether it was created.</returns>
    public async Task<(JsonObject Value, bool Created)> ApplyAsync(
        Kind kind, string @namespace, string name, JsonObject applied, WriteContext context, bool force)
    {
        context = context with { Apply = true };
        var applier = new FieldOwner(
            context.Manager, FieldOwner.ApplyOperation, kind.ApiVersion(context.Version), context.Subresource, new FieldSet(), time.Now());
        if (kind.Namespaced)
        {
            CheckIdentity(kind, @namespace, applied);
        }

        // What the schema doesn't know can't be owned either.
        JsonObject known = applied.DeepClone().AsObject();
        UnknownFields(kind, name, Pruner.Prune(known, kind.Schema, kind.BuiltIn), context);
        while (true)
        {
            if (store.Get(Key(kind, @namespace, name)) is null && context.Subresource.Length == 0)
            {
                context.RequireCreate();
                try
                {
                    JsonObject fresh = ApplyPatch.Apply(kind, null, known, applier, force);
                    return (await CreateAsync(kind, @namespace, fresh, context), true);
                }
                catch (ApiException raced) when (raced.Reason == "AlreadyExists")
                {
                    continue;
                }
            }

            JsonObject value = await UpdateAsync(
                kind, @namespace, name, live => ApplyPatch.Apply(kind, live, known, applier, force), context);
            return (value, false);
        }
    }
}
