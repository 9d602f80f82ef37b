using System.Text.Json;
using System.Text.Json.Nodes;

namespace Onboarding.Client.Credentials;

/// <summary>What a plugin that exits non-zero prints: <c>google.rpc.Status</c> in JSON.</summary>
/// <param name="Code">A gRPC status code.</param>
/// <param name="Message">Why, for people.</param>
internal sealed record PluginFailure(int Code, string Message)
{
    /// <summary>gRPC's UNAVAILABLE: worth another try.</summary>
    public const int Unavailable = 14;

    private const int Unknown = 2;

    private static readonly string[] CodeNames =
    [
        "OK", "CANCELLED", "UNKNOWN", "INVALID_ARGUMENT", "DEADLINE_EXCEEDED", "NOT_FOUND", "ALREADY_EXISTS", "PERMISSION_DENIED",
        "RESOURCE_EXHAUSTED", "FAILED_PRECONDITION", "ABORTED", "OUT_OF_RANGE", "UNIMPLEMENTED", "INTERNAL", "UNAVAILABLE",
        "DATA_LOSS", "UNAUTHENTICATED",
    ];

    /// <summary>The code's name, e.g. <c>UNAVAILABLE</c>.</summary>
    public string CodeName => Code >= 0 && Code < CodeNames.Length ? CodeNames[Code] : $"code {Code}";

    /// <summary>Reads it. What isn't a status is described, never quoted: half a credential may be in it.</summary>
    public static PluginFailure Read(ReadOnlySpan<byte> output)
    {
        try
        {
            if (JsonNode.Parse(output) is JsonObject status
                && status["code"] is JsonValue code && code.TryGetValue(out int number) && number != 0)
            {
                return new PluginFailure(number, status["message"] is JsonValue m && m.TryGetValue(out string? text) ? text : "");
            }
        }
        catch (JsonException)
        {
            // Described below, like any other answer that isn't a status.
        }

        return new PluginFailure(Unknown, $"it printed {output.Length} bytes that aren't a google.rpc.Status in JSON");
    }
}
