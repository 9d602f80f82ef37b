using System.Text.Json.Nodes;

namespace Onboarding.Embedded.Schemas;

/// <summary>A rule on a value that types alone don't express; what a CRD says in CEL is said here in C#.</summary>
/// <param name="Message">What is wrong where it doesn't hold.</param>
/// <param name="Holds">The rule; only asked of values of the schema's type.</param>
internal sealed record SchemaRule(string Message, Func<JsonNode, bool> Holds);
