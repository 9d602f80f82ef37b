using System.Text.Json.Nodes;

namespace Onboarding.Embedded.Schemas;

/// <summary>A rule on a value that types alone don't express.</summary>
/// <param name="Message">What is wrong where it doesn't hold.</param>
/// <param name="Cel">The rule as the kind's definition says it; published, not interpreted.</param>
/// <param name="Holds">The same rule; only asked of values of the schema's type.</param>
internal sealed record SchemaRule(string Message, string Cel, Func<JsonNode, bool> Holds);
