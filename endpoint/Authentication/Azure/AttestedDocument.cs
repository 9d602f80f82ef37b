using System.Globalization;
using System.Text.Json;
using Onboarding.Endpoint.Authentication.Jwt;
using Onboarding.Plane.Refusals;

namespace Onboarding.Endpoint.Authentication.Azure;

/// <summary>What Azure attests of a virtual machine. Tenant and resource group aren't in it.</summary>
/// <param name="VmId">The machine's id, lower case.</param>
/// <param name="Subscription">Its subscription, lower case.</param>
/// <param name="Nonce">What the machine asked to be put in.</param>
/// <param name="ExpiresAt">Until when it is good.</param>
internal sealed record AttestedDocument(string VmId, string Subscription, string Nonce, DateTimeOffset ExpiresAt)
{
    private const string Time = "MM/dd/yy HH:mm:ss";
    private const int MaxDepth = 8;

    /// <summary>Reads a document whose signature was checked.</summary>
    /// <exception cref="RefusedException">It lacks something, or two readers might read it differently.</exception>
    public static AttestedDocument Read(ReadOnlyMemory<byte> content)
    {
        try
        {
            using JsonDocument json = JsonDocument.Parse(content, new JsonDocumentOptions { AllowDuplicateProperties = false, MaxDepth = MaxDepth });
            JsonElement root = json.RootElement;
            if (root.ValueKind != JsonValueKind.Object || HasTwins(root))
            {
                throw TokenChecks.Malformed("the attested document isn't a JSON object whose members have different names");
            }

            return new AttestedDocument(
                Uuid(root, "vmId"),
                Uuid(root, "subscriptionId"),
                JwtClaims.String(root, "nonce") ?? throw Missing("nonce"),
                Expires(root));
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw TokenChecks.Malformed("the attested document isn't JSON");
        }
    }

    // "vmId" and "VMID" beside each other: readers that don't look at case would take one or the other.
    private static bool HasTwins(JsonElement root)
    {
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        return !root.EnumerateObject().All(member => names.Add(member.Name));
    }

    private static string Uuid(JsonElement root, string name) =>
        Guid.TryParseExact(JwtClaims.String(root, name), "D", out Guid id) ? id.ToString("D") : throw Missing(name);

    private static DateTimeOffset Expires(JsonElement root)
    {
        // "11/28/18 06:16:17 -0000": the time is UTC, whatever the sign before the zeros.
        string? text = root.TryGetProperty("timeStamp", out JsonElement stamp) && stamp.ValueKind == JsonValueKind.Object
            ? JwtClaims.String(stamp, "expiresOn")
            : null;
        if (text is null || text.Length != Time.Length + 6 || text[^6..] is not (" -0000" or " +0000"))
        {
            throw Missing("timeStamp.expiresOn");
        }

        return DateTimeOffset.TryParseExact(
            text[..^6], Time, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out DateTimeOffset time)
            ? time
            : throw Missing("timeStamp.expiresOn");
    }

    private static RefusedException Missing(string name) =>
        TokenChecks.Malformed($"the attested document's {name} is missing, or can't be used");
}
