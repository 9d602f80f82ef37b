namespace Onboarding.Client.Credentials.Platforms;

/// <summary>What a machine tells of the cloud it runs in.</summary>
public sealed record PlatformEnvironment
{
    /// <summary>Where the firmware's DMI strings are.</summary>
    public string DmiDirectory { get; init; } = "/sys/class/dmi/id";

    /// <summary>Environment variables, by name; null for one that isn't set.</summary>
    public Func<string, string?> Variable { get; init; } = Environment.GetEnvironmentVariable;

    /// <summary>How long a request to a metadata service may take; null: as long as the service usually needs.</summary>
    internal TimeSpan? MetadataPatience { get; init; }

    /// <summary>EC2's metadata service: <c>AWS_EC2_METADATA_SERVICE_ENDPOINT</c>, as AWS's own tools have it, else 169.254.169.254.</summary>
    public Uri Ec2Metadata => Address("AWS_EC2_METADATA_SERVICE_ENDPOINT", "http://169.254.169.254/");

    /// <summary>GCP's metadata service: <c>GCE_METADATA_HOST</c>, as Google's own tools have it, else 169.254.169.254.</summary>
    public Uri GcpMetadata => Variable("GCE_METADATA_HOST") is { Length: > 0 } host
        ? new Uri($"http://{host}/")
        : new Uri("http://169.254.169.254/");

    /// <summary>Azure's metadata service: <c>AZURE_IMDS_ENDPOINT</c> (ours), else 169.254.169.254.</summary>
    public Uri AzureMetadata => Address("AZURE_IMDS_ENDPOINT", "http://169.254.169.254/");

    private Uri Address(string variable, string otherwise) =>
        Variable(variable) is { Length: > 0 } value && Uri.TryCreate(value.TrimEnd('/') + "/", UriKind.Absolute, out Uri? uri) && uri.Scheme == Uri.UriSchemeHttp
            ? uri
            : new Uri(otherwise);
}
