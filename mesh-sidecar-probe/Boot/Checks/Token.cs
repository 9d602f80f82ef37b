using System.Buffers.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Onboarding.SidecarProbe.Boot.Checks;

/// <summary>
/// The token looks like one that istiod takes: a service account's, for its audience, not expired, of the account that cluster.env
/// names, and for no one else to read. (Whether it is genuine, istiod says.)
/// </summary>
internal sealed class Token : IBootCheck
{
    private const string Audience = "istio-ca";

    public IEnumerable<BootProblem> Check(BootContents boot)
    {
        string file = Path.Combine(boot.Directory, BootFileNames.Token);
        if (!OperatingSystem.IsWindows() && File.Exists(file)
            && (File.GetUnixFileMode(file) & (UnixFileMode.GroupRead | UnixFileMode.OtherRead)) != 0)
        {
            yield return Problem("can be read by others than its owner");
        }

        if (boot.Token.Length == 0)
        {
            yield return Problem("is empty");
            yield break;
        }

        if (Claims(boot.Token) is not { } claims)
        {
            yield return Problem("is not a JSON Web Token");
            yield break;
        }

        foreach (string problem in Problems(claims, boot))
        {
            yield return Problem(problem);
        }
    }

    private static IEnumerable<string> Problems(JsonObject claims, BootContents boot)
    {
        string[] audiences = claims["aud"] switch
        {
            JsonArray list => [.. list.Select(a => a?.ToString() ?? "")],
            { } one => [one.ToString()],
            null => [],
        };
        if (!audiences.Contains(Audience))
        {
            yield return $"is for audience '{string.Join(", ", audiences)}', not '{Audience}'";
        }

        if ((claims["exp"] as JsonValue)?.TryGetValue(out long expiry) != true)
        {
            yield return "has no expiry";
        }
        else if (DateTimeOffset.FromUnixTimeSeconds(Math.Clamp(expiry, 0, 253402300799)) is var end && end <= boot.Now)
        {
            yield return $"has expired at {end:u}";
        }

        string expected = $"system:serviceaccount:{boot["POD_NAMESPACE"]}:{boot["SERVICE_ACCOUNT"]}";
        if (claims["sub"]?.ToString() is var subject && subject != expected)
        {
            yield return $"belongs to '{subject}', not to '{expected}' as POD_NAMESPACE and SERVICE_ACCOUNT say";
        }
    }

    private static JsonObject? Claims(string token)
    {
        try
        {
            return token.Split('.') is [_, var payload, _] ? JsonNode.Parse(Base64Url.DecodeFromChars(payload)) as JsonObject : null;
        }
        catch (Exception e) when (e is FormatException or JsonException)
        {
            return null;
        }
    }

    private static BootProblem Problem(string message) => new("token", BootFileNames.Token, BootFileNames.Token, $"{BootFileNames.Token} {message}");
}
