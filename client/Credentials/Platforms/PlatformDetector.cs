using Onboarding.Api;

namespace Onboarding.Client.Credentials.Platforms;

/// <summary>
/// Finds out which cloud this machine runs in: by what is set for an ECS task, by the firmware's DMI strings, and only if those say
/// nothing by asking every metadata service at once. Never takes longer than two seconds. What it finds is a hint for where to get a
/// credential, and proves nothing.
/// </summary>
internal sealed class PlatformDetector(PlatformEnvironment environment, TimeProvider time)
{
    /// <summary>How long it may take.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    // Longer than the limit for all of them, by the detector's clock, which is what ends them.
    private static readonly TimeSpan ProbePatience = TimeSpan.FromMinutes(1);
    private const string AzureAssetTag = "7783-7084-3265-9085-8269-3286-77";

    /// <summary>Finds it out.</summary>
    public async Task<DetectedPlatform> DetectAsync(CancellationToken cancellationToken)
    {
        if (environment.Variable("ECS_CONTAINER_METADATA_URI_V4") is { Length: > 0 })
        {
            return new DetectedPlatform(Platform.AwsEcs, "ECS_CONTAINER_METADATA_URI_V4 is set");
        }

        (string Name, string Value)[] firmware = [.. ReadFirmware()];
        if (FindByFirmware(firmware) is { } found)
        {
            return found;
        }

        string seen = firmware.Length == 0 ? "no DMI" : "DMI " + string.Join(", ", firmware.Select(f => $"{f.Name} '{f.Value}'"));
        return await ProbeAsync(seen, cancellationToken);
    }

    /// <summary>What the firmware's DMI strings say; null if that is nothing. No one is asked.</summary>
    public DetectedPlatform? FindByFirmware() => FindByFirmware([.. ReadFirmware()]);

    private DetectedPlatform? FindByFirmware((string Name, string Value)[] firmware)
    {
        foreach ((string name, string value) in firmware)
        {
            Platform platform = value switch
            {
                _ when value.StartsWith("Amazon EC2", StringComparison.Ordinal) => Platform.AwsEc2,
                _ when value.StartsWith("Google", StringComparison.Ordinal) => Platform.Gcp,
                AzureAssetTag => Platform.Azure,
                _ => Platform.None,
            };
            if (platform != Platform.None)
            {
                return new DetectedPlatform(platform, $"{environment.DmiDirectory}/{name} says '{value}'");
            }
        }

        return null;
    }

    private IEnumerable<(string Name, string Value)> ReadFirmware()
    {
        foreach (string name in (string[])["sys_vendor", "bios_vendor", "product_name", "chassis_asset_tag"])
        {
            string? value = null;
            try
            {
                value = File.ReadAllText(Path.Combine(environment.DmiDirectory, name)).Trim();
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Containers and small machines have none.
            }

            if (value is { Length: > 0 and <= 100 })
            {
                yield return (name, ForeignText.Clean(value));
            }
        }
    }

    private async Task<DetectedPlatform> ProbeAsync(string seen, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(Patience, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        List<Task<DetectedPlatform?>> probes =
        [
            AskAsync(Platform.AwsEc2, environment.Ec2Metadata, "latest/api/token", HttpMethod.Put, ("X-aws-ec2-metadata-token-ttl-seconds", "60"), _ => true, both.Token),
            AskAsync(Platform.Gcp, environment.GcpMetadata, "computeMetadata/v1/", HttpMethod.Get, ("Metadata-Flavor", "Google"), SaysGoogle, both.Token),
            AskAsync(Platform.Azure, environment.AzureMetadata, "metadata/versions", HttpMethod.Get, ("Metadata", "true"), _ => true, both.Token),
        ];
        try
        {
            while (probes.Count > 0)
            {
                Task<DetectedPlatform?> done = await Task.WhenAny(probes).WaitAsync(both.Token);
                probes.Remove(done);
                if (await done is { } found)
                {
                    return found;
                }
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // The time is up; what hasn't answered by now isn't there.
        }
        finally
        {
            await both.CancelAsync();
        }

        cancellationToken.ThrowIfCancellationRequested();
        return new DetectedPlatform(
            Platform.None, $"{seen}; ECS_CONTAINER_METADATA_URI_V4 isn't set; no metadata service of AWS, GCP or Azure answers");
    }

    private static bool SaysGoogle(HttpResponseMessage response) =>
        response.Headers.TryGetValues("Metadata-Flavor", out IEnumerable<string>? values) && values.Contains("Google");

    private static async Task<DetectedPlatform?> AskAsync(
        Platform platform,
        Uri service,
        string path,
        HttpMethod method,
        (string Name, string Value) header,
        Func<HttpResponseMessage, bool> isIt,
        CancellationToken cancellationToken)
    {
        var uri = new Uri(service, path);
        try
        {
            using var client = new MetadataClient(platform.ToString(), "", ProbePatience);
            using var request = new HttpRequestMessage(method, uri);
            request.Headers.Add(header.Name, header.Value);
            using HttpResponseMessage response = await client.SendAsync(request, cancellationToken);
            return response.IsSuccessStatusCode && isIt(response)
                ? new DetectedPlatform(platform, $"its metadata service answers at {service.Authority}")
                : null;
        }
        catch (Exception e) when (e is Errors.OnboardingException or OperationCanceledException)
        {
            return null;
        }
    }
}

/// <summary>What was found out about the machine's platform.</summary>
/// <param name="Platform">The platform.</param>
/// <param name="Because">By what; for people.</param>
internal sealed record DetectedPlatform(Platform Platform, string Because);
