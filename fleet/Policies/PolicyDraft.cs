using System.Globalization;
using System.Text.Json.Nodes;
using Onboarding.Api.Policies;

namespace Onboarding.Fleet.Policies;

/// <summary>A policy of one rule, as the parameters of a command line say it.</summary>
public sealed record PolicyDraft
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>Its namespace.</summary>
    public required string Namespace { get; init; }

    /// <summary>Platform, as the matcher is called: <c>aws</c>, <c>jwt</c>…</summary>
    public required string Platform { get; init; }

    /// <summary>
    /// Fields of the matcher by path, e.g. <c>accounts</c>, <c>ec2.iamRoleNames</c>, with their values; a field without values is left out.
    /// </summary>
    public required IReadOnlyList<KeyValuePair<string, IReadOnlyList<string>>> Fields { get; init; }

    /// <summary>Members of the platform that must be there even without fields, e.g. <c>ec2</c>.</summary>
    public string? Kind { get; init; }

    /// <summary>Single texts of the matcher, e.g. <c>issuer</c>.</summary>
    public IReadOnlyList<KeyValuePair<string, string?>> Texts { get; init; } = [];

    /// <summary>Attributes of a token and the values they may have.</summary>
    public IReadOnlyList<KeyValuePair<string, IReadOnlyList<string>>> Attributes { get; init; } = [];

    /// <summary>Label selectors of the groups, any of which counts.</summary>
    public required IReadOnlyList<IReadOnlyDictionary<string, string>> Groups { get; init; }

    /// <summary>Until when it admits.</summary>
    public DateTimeOffset? NotAfter { get; init; }

    /// <summary>How many members at most.</summary>
    public int? MaxMembers { get; init; }

    /// <summary>Networks of which the address must lie in one.</summary>
    public IReadOnlyList<string> AddressCidrs { get; init; } = [];

    /// <summary>Labels that the workload may report of itself, and the values they may have; none for any.</summary>
    public IReadOnlyList<KeyValuePair<string, IReadOnlyList<string>>> Labels { get; init; } = [];

    /// <summary>It keeps out what it matches, whatever other rules allow.</summary>
    public bool IsDeny { get; init; }

    /// <summary>The policy. Read by the same rules as any policy, so it has its problems and warnings.</summary>
    public OnboardingPolicy ToPolicy() => OnboardingPolicy.FromJson(new JsonObject
    {
        ["apiVersion"] = OnboardingPolicy.Definition.ApiVersion,
        ["kind"] = OnboardingPolicy.Definition.Kind,
        ["metadata"] = new JsonObject { ["name"] = Name, ["namespace"] = Namespace },
        ["spec"] = new JsonObject { [IsDeny ? "deny" : "allow"] = new JsonArray(Rule()) },
    });

    private JsonObject Rule()
    {
        var rule = new JsonObject
        {
            ["workloads"] = new JsonArray(new JsonObject { [Platform] = Matcher() }),
        };
        // To keep out of every group is to name none.
        if (!IsDeny || Groups.Count > 0)
        {
            rule["onboardTo"] = new JsonArray([.. Groups.Select(Selector)]);
        }

        if (NotAfter is { } time)
        {
            rule["notAfter"] = time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
        }

        if (MaxMembers is { } most)
        {
            rule["maxMembers"] = most;
        }

        if (AddressCidrs.Count > 0)
        {
            rule["addressCidrs"] = List(AddressCidrs);
        }

        if (Labels.Count > 0)
        {
            rule["labels"] = new JsonArray([.. Labels.Select(l => Label(l.Key, l.Value))]);
        }

        return rule;
    }

    private JsonObject Matcher()
    {
        var matcher = new JsonObject();
        foreach ((string name, string? text) in Texts.Where(t => t.Value is not null))
        {
            matcher[name] = text;
        }

        foreach ((string path, IReadOnlyList<string> values) in Fields.Where(f => f.Value.Count > 0))
        {
            string[] parts = path.Split('.');
            JsonObject holder = matcher;
            if (parts.Length == 2)
            {
                holder = matcher[parts[0]] as JsonObject ?? [];
                matcher[parts[0]] = holder;
            }

            holder[parts[^1]] = List(values);
        }

        if (Kind is not null)
        {
            matcher[Kind] ??= new JsonObject();
        }

        if (Attributes.Count > 0)
        {
            matcher["attributes"] = new JsonArray(
                [.. Attributes.Select(a => new JsonObject { ["name"] = a.Key, ["values"] = List(a.Value) })]);
        }

        return matcher;
    }

    private static JsonNode Selector(IReadOnlyDictionary<string, string> labels)
    {
        var match = new JsonObject();
        foreach ((string key, string value) in labels)
        {
            match[key] = value;
        }

        return new JsonObject { ["workloadGroupSelector"] = new JsonObject { ["matchLabels"] = match } };
    }

    private static JsonObject Label(string key, IReadOnlyList<string> values)
    {
        var label = new JsonObject { ["key"] = key };
        if (values.Count > 0)
        {
            label["values"] = List(values);
        }

        return label;
    }

    private static JsonArray List(IReadOnlyList<string> values) => new([.. values.Select(v => JsonValue.Create(v))]);
}
