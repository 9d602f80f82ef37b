namespace Onboarding.Api.Proofs.Aws;

/// <summary>What follows from the name of an AWS region: its partition, and where its services are.</summary>
public static class AwsPartition
{
    private static readonly (string Prefix, string Name, string Suffix)[] Partitions =
    [
        ("cn-", "aws-cn", "amazonaws.com.cn"),
        ("us-gov-", "aws-us-gov", "amazonaws.com"),
        ("us-isob-", "aws-iso-b", "sc2s.sgov.gov"),
        ("us-isof-", "aws-iso-f", "csp.hci.ic.gov"),
        ("eu-isoe-", "aws-iso-e", "cloud.adc-e.uk"),
        ("us-iso-", "aws-iso", "c2s.ic.gov"),
        ("eusc-", "aws-eusc", "amazonaws.eu"),
    ];

    /// <summary>Name of the region's partition, e.g. <c>aws</c>.</summary>
    /// <param name="region">A region for which <see cref="IsRegion"/> is true.</param>
    public static string ForRegion(string region) => Find(region).Name;

    /// <summary>The region's endpoint of a service, e.g. <c>sts.eu-west-1.amazonaws.com</c>.</summary>
    /// <param name="service">The service, e.g. <c>sts</c>.</param>
    /// <param name="region">A region for which <see cref="IsRegion"/> is true.</param>
    public static string HostOf(string service, string region) => $"{service}.{region}.{Find(region).Suffix}";

    /// <summary>
    /// True for what can be the name of a region: two to four groups of lower-case letters and a number, joined by dashes. As there
    /// is no dot, slash, colon or at sign in it, a host made of it is always one of AWS's, and a file name always a file name.
    /// </summary>
    /// <param name="region">Anything.</param>
    public static bool IsRegion(string region)
    {
        ArgumentNullException.ThrowIfNull(region);
        if (region.Length > 32)
        {
            return false;
        }

        // Without making texts of its parts: every document of EC2 comes by here, twice.
        int count = 0;
        foreach (Range part in region.AsSpan().Split('-'))
        {
            ReadOnlySpan<char> text = region.AsSpan(part);
            bool isLast = part.End.GetOffset(region.Length) == region.Length;
            if (isLast ? !IsNumber(text) : !IsWord(text))
            {
                return false;
            }

            count++;
        }

        return count is >= 3 and <= 5;
    }

    private static bool IsWord(ReadOnlySpan<char> text) => text.Length is >= 2 and <= 12 && !text.ContainsAnyExceptInRange('a', 'z');

    private static bool IsNumber(ReadOnlySpan<char> text) => text.Length is 1 or 2 && !text.ContainsAnyExceptInRange('0', '9');

    private static (string Name, string Suffix) Find(string region)
    {
        foreach ((string prefix, string name, string suffix) in Partitions)
        {
            if (region.StartsWith(prefix, StringComparison.Ordinal))
            {
                return (name, suffix);
            }
        }

        return ("aws", "amazonaws.com");
    }
}
