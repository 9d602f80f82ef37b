using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Onboarding.Api.Proofs.Aws;
using Onboarding.Api.Rpc;
using Onboarding.Client.Credentials.Platforms;
using Onboarding.Client.Errors;

namespace Onboarding.Client.Credentials.Aws;

/// <summary>An EC2 instance: its signed identity document and, if it has a role, a request signed with the role's credentials.</summary>
internal sealed class Ec2CredentialSource(PlatformEnvironment environment, TimeProvider time) : ICredentialSource
{
    private const string Roles = "latest/meta-data/iam/security-credentials/";

    public string Name => "EC2 instance metadata";

    public async Task<Credential> GetAsync(CredentialRequest request, CancellationToken cancellationToken)
    {
        AcceptedTypes.Check<AwsEc2Credential>(request, "EC2 instances", "spec.workloads.authentication.aws.ec2");
        using var metadata = new Ec2Metadata(environment.Ec2Metadata, environment.MetadataPatience);
        string document = await metadata.GetAsync("latest/dynamic/instance-identity/rsa2048", cancellationToken);
        var credential = new AwsEc2Credential { IdentityDocument = Decode(document) };
        if (await TryGetRoleAsync(metadata, cancellationToken) is { } role)
        {
            string region = (await metadata.GetAsync("latest/meta-data/placement/region", cancellationToken)).Trim();
            credential.CallerIdentity = AwsPartition.IsRegion(region)
                ? new AwsSigner(role, request, time).Sign(AwsRequest.GetCallerIdentity(region), region)
                : throw Unusable("latest/meta-data/placement/region", "it isn't the name of a region");
        }

        return new Credential(Any.Pack(credential), time.GetUtcNow() + AwsSigner.Lifetime, Name);
    }

    private static async Task<AwsCredentials?> TryGetRoleAsync(Ec2Metadata metadata, CancellationToken cancellationToken)
    {
        string[] names = (await metadata.TryGetAsync(Roles, cancellationToken) ?? "").Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (names.Length == 0)
        {
            return null;
        }

        // Becomes part of a path.
        string name = names[0];
        if (!name.All(c => char.IsAsciiLetterOrDigit(c) || "+=,.@_-".Contains(c, StringComparison.Ordinal)))
        {
            throw Unusable(Roles, "it isn't the name of a role");
        }

        return AwsCredentials.TryRead(await metadata.GetAsync(Roles + Uri.EscapeDataString(name), cancellationToken))
            ?? throw Unusable(Roles + name, "they aren't credentials; if the role was attached a moment ago, they come soon");
    }

    private static ByteString Decode(string base64)
    {
        try
        {
            return ByteString.CopyFrom(Convert.FromBase64String(base64));
        }
        catch (FormatException)
        {
            throw Unusable("latest/dynamic/instance-identity/rsa2048", "it isn't base64");
        }
    }

    private static OnboardingException Unusable(string path, string why) => new(
        ErrorIds.MetadataRefused,
        $"What the EC2 metadata service has at /{path} can't be used: {why}.",
        "look at it: TOKEN=$(curl -sX PUT -H 'X-aws-ec2-metadata-token-ttl-seconds: 60' http://169.254.169.254/latest/api/token); "
        + $"curl -sH \"X-aws-ec2-metadata-token: $TOKEN\" http://169.254.169.254/{path}");
}
