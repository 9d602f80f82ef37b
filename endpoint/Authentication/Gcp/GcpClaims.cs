using System.Globalization;
using System.Text.Json;
using Onboarding.Api;
using Onboarding.Api.Identity;
using Onboarding.Endpoint.Authentication.Jwt;
using Onboarding.Plane.Refusals;

namespace Onboarding.Endpoint.Authentication.Gcp;

/// <summary>What Google says about an instance in a token whose signature was checked.</summary>
/// <param name="Identity">Who it is.</param>
/// <param name="CreatedAt">When the instance was made; null if the token doesn't say.</param>
internal sealed record GcpClaims(GcpIdentity Identity, DateTimeOffset? CreatedAt)
{
    /// <summary>Reads the claims.</summary>
    /// <param name="payload">The token's payload.</param>
    /// <exception cref="RefusedException">
    /// It isn't an instance's token. A service account's own token has a signature of Google's as well, and is made anywhere (Vault
    /// CVE-2020-16251): without <c>google.compute_engine</c> no one gets in.
    /// </exception>
    public static GcpClaims Read(JsonElement payload)
    {
        if (!payload.TryGetProperty("google", out JsonElement google) || google.ValueKind != JsonValueKind.Object
            || !google.TryGetProperty("compute_engine", out JsonElement engine) || engine.ValueKind != JsonValueKind.Object)
        {
            throw Refuse.Unauthenticated(
                Reasons.CredentialSubject,
                "The token says no instance (google.compute_engine): ask the metadata server of the instance for it, with format=full.");
        }

        string zone = Text(engine, "zone");
        return new GcpClaims(
            new GcpIdentity
            {
                ProjectId = Text(engine, "project_id"),
                ProjectNumber = Number(engine, "project_number"),
                Region = RegionOf(zone),
                Zone = zone,
                Gce = new GceInstance { InstanceId = InstanceId(engine), ServiceAccount = Account(payload) },
            },
            JwtClaims.Time(engine, "instance_creation_timestamp"));
    }

    private static string InstanceId(JsonElement engine)
    {
        // The name has to be there as well, but is used again for other instances; only the number names one.
        _ = Text(engine, "instance_name");
        string id = Text(engine, "instance_id");
        return id.All(char.IsAsciiDigit) ? id : throw Unusable("instance_id");
    }

    private static string Text(JsonElement engine, string name)
    {
        const int Longest = 128;
        string? text = JwtClaims.String(engine, name);
        return text is { Length: > 0 and <= Longest } && !text.AsSpan().ContainsAnyExceptInRange('!', '~') ? text : throw Unusable(name);
    }

    private static string Number(JsonElement engine, string name) =>
        engine.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out long number) && number > 0
            ? number.ToString(CultureInfo.InvariantCulture)
            : throw Unusable(name);

    // us-west1-b is in us-west1.
    private static string RegionOf(string zone)
    {
        int dash = zone.LastIndexOf('-');
        return dash > 0 ? zone[..dash] : throw Unusable("zone");
    }

    private static string? Account(JsonElement payload) =>
        payload.TryGetProperty("email_verified", out JsonElement verified) && verified.ValueKind == JsonValueKind.True
        && JwtClaims.String(payload, "email") is { Length: > 0 and <= 255 } email && !email.AsSpan().ContainsAnyExceptInRange('!', '~')
            ? email
            : null;

    private static RefusedException Unusable(string name) => Refuse.Unauthenticated(
        Reasons.CredentialSubject, $"The token's google.compute_engine.{name} is missing, or can't be used.");
}
