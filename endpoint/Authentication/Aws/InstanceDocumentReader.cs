using System.Buffers;
using System.Globalization;
using Onboarding.Api.Proofs.Aws;
using Onboarding.Endpoint.Authentication.Aws.Requests;

namespace Onboarding.Endpoint.Authentication.Aws;

/// <summary>Reads instance identity documents.</summary>
internal static class InstanceDocumentReader
{
    private const int Largest = 8 * 1024;
    private const int LongestZone = 40;
    private static readonly byte[][] Members =
        [[.. "region"u8], [.. "accountId"u8], [.. "instanceId"u8], [.. "availabilityZone"u8], [.. "pendingTime"u8]];

    private static readonly SearchValues<char> ZoneLetters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-");
    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdef");

    /// <summary>Reads a document.</summary>
    /// <exception cref="AwsDocumentException">It is none.</exception>
    public static InstanceDocument Read(ReadOnlyMemory<byte> json)
    {
        if (StrictJson.ReadTexts(json, Largest, Members)
            is not [string region, string account, string instance, string zone, string pending])
        {
            throw new AwsDocumentException("it isn't whole");
        }

        Expect(AwsPartition.IsRegion(region), "its region is none");
        Expect(account.Length == 12 && !account.AsSpan().ContainsAnyExceptInRange('0', '9'), "its accountId isn't 12 digits");
        Expect(IsInstanceId(instance), "its instanceId is none");
        Expect(IsZoneOf(region, zone), "its availabilityZone is none of its region");
        return new InstanceDocument(account, region, zone, instance, ReadTime(pending));
    }

    /// <summary>Reads the region alone, to choose the certificate to verify the document with.</summary>
    /// <exception cref="AwsDocumentException">It has none.</exception>
    public static string ReadRegion(ReadOnlyMemory<byte> json)
    {
        Expect(json.Length <= Largest, $"it is larger than {Largest} bytes");
        string region = StrictJson.Peek(json, "region"u8);
        Expect(AwsPartition.IsRegion(region), "its region is none");
        return region;
    }

    /// <summary>True for a zone of the region: <c>eu-west-1a</c>, or a local zone such as <c>us-west-2-lax-1a</c>.</summary>
    public static bool IsZoneOf(string region, string zone) =>
        zone.Length > region.Length && zone.Length <= LongestZone
        && zone.StartsWith(region, StringComparison.Ordinal)
        && (char.IsAsciiLetterLower(zone[region.Length]) || zone[region.Length] == '-')
        && char.IsAsciiLetterOrDigit(zone[^1])
        && !zone.AsSpan().ContainsAnyExcept(ZoneLetters);

    /// <summary>True for <c>i-</c> and 8 or 17 hex digits.</summary>
    public static bool IsInstanceId(string id) =>
        id.StartsWith("i-", StringComparison.Ordinal) && id.Length is 10 or 19 && id.AsSpan(2).IndexOfAnyExcept(HexDigits) < 0;

    private static DateTimeOffset ReadTime(string text) =>
        DateTimeOffset.TryParseExact(
            text, "yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset time)
            ? time
            : throw new AwsDocumentException("its pendingTime is none");

    private static void Expect(bool condition, string problem)
    {
        if (!condition)
        {
            throw new AwsDocumentException(problem);
        }
    }
}
