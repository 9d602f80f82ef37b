using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Onboarding.Client.PluginPart;

/// <summary>
/// What the agent asks the part that runs plugins for. It names a plugin of the administrator's configuration; program, arguments and
/// environment are read there, so that an agent that was taken over can't have another program run outside its own restrictions.
/// </summary>
/// <param name="Plugin">The plugin's name.</param>
/// <param name="Position">Which of the sources of its kind it is, from 0: two may have one name.</param>
/// <param name="Service">Full name of the service; its kind.</param>
/// <param name="Request">The request message.</param>
/// <param name="LooksUpByUdp">True if look-ups over TCP failed on this machine.</param>
internal sealed record PluginQuestion(string Plugin, int Position, string Service, JsonObject Request, bool LooksUpByUdp);

/// <summary>What became of the execution, or why there was none.</summary>
internal sealed record PluginPartAnswer
{
    /// <summary>The plugin's exit code.</summary>
    public int ExitCode { get; init; }

    /// <summary>What it printed on standard output.</summary>
    public byte[] Output { get; init; } = [];

    /// <summary>The failure's <see cref="Errors.ErrorIds"/>; null if the plugin ran to its end.</summary>
    public string? ErrorId { get; init; }

    /// <summary>What was wrong.</summary>
    public string Message { get; init; } = "";

    /// <summary>What to do about it.</summary>
    public string NextStep { get; init; } = "";
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(PluginQuestion))]
[JsonSerializable(typeof(PluginPartAnswer))]
internal sealed partial class PluginPartJson : JsonSerializerContext;
