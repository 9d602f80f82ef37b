using System.Collections;
using System.Management.Automation;
using System.Text.Json;
using System.Text.Json.Nodes;
using Onboarding.Client.Errors;

namespace Onboarding.Cmdlets;

/// <summary>Identities as people write them at a prompt: nested hashtables, objects of <c>ConvertFrom-Json</c>, JSON, a file of it.</summary>
internal static class IdentityInput
{
    private const int Deepest = 8;

    /// <summary>JSON, or the path of a file with JSON.</summary>
    public static JsonObject OfText(string text, Func<string, string> filePath)
    {
        string json = text.TrimStart().StartsWith('{') ? text : File.ReadAllText(filePath(text));
        try
        {
            return JsonNode.Parse(json) as JsonObject ?? throw Wrong("it is JSON, but not an object");
        }
        catch (JsonException e)
        {
            throw Wrong(e.Message);
        }
    }

    /// <summary>A hashtable or an object with properties.</summary>
    public static JsonObject Parse(object value) => Convert(value, 0) as JsonObject ?? throw Wrong($"it is a {value.GetType().Name}");

    /// <summary>The identity of what has one (a status, a decision, a row of a table); else the value itself.</summary>
    public static object PartOf(object value) =>
        value is not IDictionary && PSObject.AsPSObject(value) is { BaseObject: not IDictionary } whole && whole.Properties["Identity"] is { Value: { } identity }
            ? identity
            : value;

    private static JsonNode? Convert(object? value, int depth)
    {
        if (depth > Deepest)
        {
            throw Wrong("it is nested too deep");
        }

        return value switch
        {
            null => null,
            PSObject { BaseObject: PSCustomObject } record => Map(record.Properties.Select(p => (p.Name, (object?)p.Value)), depth),
            PSObject wrapped => Convert(wrapped.BaseObject, depth),
            MeshIdentity identity => JsonNode.Parse(identity.Json),
            IDictionary table => Map(table.Keys.Cast<object>().Select(k => (k.ToString()!, table[k])), depth),
            string text => JsonValue.Create(text),
            bool flag => JsonValue.Create(flag),
            int or long => JsonValue.Create(System.Convert.ToInt64(value, System.Globalization.CultureInfo.InvariantCulture)),
            IEnumerable list => new JsonArray([.. list.Cast<object?>().Select(i => Convert(i, depth + 1))]),
            _ => JsonValue.Create(value.ToString()),
        };
    }

    private static JsonObject Map(IEnumerable<(string Key, object? Value)> pairs, int depth)
    {
        var map = new JsonObject();
        foreach ((string key, object? value) in pairs)
        {
            map[key] = Convert(value, depth + 1);
        }

        return map;
    }

    private static OnboardingException Wrong(string why) => new(
        ModuleErrorIds.IdentityInvalid,
        $"-Identity isn't an identity: {why}.",
        "give e.g. @{ jwt = @{ issuer = 'https://idp.example'; subject = 'vm-1' } }, the same as JSON, or the path of a JSON file");
}
