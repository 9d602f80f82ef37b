using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Onboarding.Embedded.Json;

namespace Onboarding.Embedded.Schemas;

/// <summary>
/// The CEL expressions of the definitions that are built in, each as code that decides the same. An interpreter of CEL would be
/// larger than this whole server, and the expressions change once in years.
/// </summary>
internal static partial class CelRules
{
    private const string UnixScheme = "unix://";

    private static readonly Dictionary<string, Func<JsonNode, bool>> ByExpression = new(StringComparer.Ordinal)
    {
        ["0 < self && self <= 65535"] = n => n.Number() is > 0 and <= 65535,
        ["""self in ["", "HTTP", "HTTPS"]"""] = s => s.Text() is "" or "HTTP" or "HTTPS",
        ["has(self.address) || has(self.network)"] = w => w.At("address") is not null || w.At("network") is not null,
        ["""(has(self.address) ? self.address : "").startsWith("unix://") ? !has(self.ports) : true"""] =
            w => UnixPath(w.At("address")) is null || w.At("ports") is null,
        ["""self.startsWith("unix://") ? (self.substring(7, 8) == "/" || self.substring(7, 8) == "@") : true"""] =
            a => UnixPath(a) is not { } path || path is ['/' or '@', ..],
        ["""self.startsWith("unix://") ? !self.endsWith("/") : true"""] = a => UnixPath(a) is null || !a.Text()!.EndsWith('/'),
        ["""self.all(key, size(key) < 63 && key.matches("^[a-zA-Z0-9](?:[-a-zA-Z0-9]*[a-zA-Z0-9])?$"))"""] =
            ports => ports.AsObject().All(port => port.Key.Length < 63 && PortName().IsMatch(port.Key)),
    };

    /// <summary>A rule of <c>x-kubernetes-validations</c>.</summary>
    /// <exception cref="InvalidDataException">Its expression isn't among those known here: unchecked, it would promise what isn't kept.</exception>
    public static SchemaRule Read(JsonNode? rule)
    {
        string expression = rule.Text("rule") ?? "";
        return ByExpression.TryGetValue(expression, out Func<JsonNode, bool>? holds)
            ? new SchemaRule(rule.Text("message") ?? $"failed rule: {expression}", expression, holds)
            : throw new InvalidDataException($"A built-in definition has the rule {expression}, which {nameof(CelRules)} doesn't know.");
    }

    /// <summary>A rule that the kind's own reader decides, which says the same: <c>DefinitionRuleTests</c> compares them.</summary>
    public static SchemaRule Delegate(JsonNode? rule) => new(rule.Text("message") ?? "", rule.Text("rule") ?? "", _ => true);

    private static string? UnixPath(JsonNode? address) =>
        address.Text() is { } text && text.StartsWith(UnixScheme, StringComparison.Ordinal) ? text[UnixScheme.Length..] : null;

    [GeneratedRegex("^[a-zA-Z0-9](?:[-a-zA-Z0-9]*[a-zA-Z0-9])?\\z", RegexOptions.CultureInvariant)]
    private static partial Regex PortName();
}
