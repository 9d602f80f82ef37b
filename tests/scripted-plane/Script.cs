using System.Text.Json.Nodes;
using Grpc.Core;
using Onboarding.Api.Rpc;
using Onboarding.Tests.Integration.ClientTests;

namespace Onboarding.Tests.ScriptedPlane;

/// <summary>
/// What the plane is told to do; every member may be missing: <c>refuse: {CALL: {code, reason, message}}</c>,
/// <c>clockOffsetSeconds</c>, <c>serverTimeSeconds</c> since 1970, <c>verifiedOnly</c>, <c>credentialTypes</c>, <c>boots: [{generation,
/// clusterEnv}]</c> sent one after the other as soon as a session is established, then <c>gone: {reason, rejoin}</c>.
/// </summary>
internal sealed class Script(JsonObject json)
{
    public TimeSpan ClockOffset => TimeSpan.FromSeconds((double?)json["clockOffsetSeconds"] ?? 0);

    public long? ServerTimeSeconds => (long?)json["serverTimeSeconds"];

    public bool IsVerifiedOnly => (bool?)json["verifiedOnly"] ?? false;

    public IReadOnlyList<string> CredentialTypes => [.. List("credentialTypes").Select(t => (string)t!)];

    public RegistrationGone? Gone => json["gone"] is JsonObject gone
        ? new RegistrationGone { Reason = (string)gone["reason"]!, Rejoin = (bool?)gone["rejoin"] ?? false }
        : null;

    public static Script Read(string directory)
    {
        string path = Path.Combine(directory, "script.json");
        return new Script(File.Exists(path) ? JsonNode.Parse(File.ReadAllText(path))!.AsObject() : []);
    }

    /// <summary>How a call is refused; null if it isn't. Without a reason it is what a proxy in between would say.</summary>
    public RpcException? RefusalOf(string call)
    {
        if (json["refuse"]?[call] is not JsonObject refusal)
        {
            return null;
        }

        var code = Enum.Parse<StatusCode>((string)refusal["code"]!);
        string message = (string?)refusal["message"] ?? "as the script says";
        return (string?)refusal["reason"] is { } reason
            ? FakePlane.Refusal(code, reason, message)
            : new RpcException(new Status(code, message));
    }

    public IEnumerable<Api.Rpc.BootConfiguration> BootConfigurations() => List("boots").Select(boot =>
    {
        Api.Rpc.BootConfiguration made = Testing.BootConfigurations.Make((long)boot!["generation"]!);
        made.ClusterEnv = (string?)boot["clusterEnv"] ?? made.ClusterEnv;
        return made;
    });

    private JsonArray List(string name) => json[name] as JsonArray ?? [];
}
