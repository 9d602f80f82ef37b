using System.Text.Json;
using System.Text.Json.Nodes;
using Google.Protobuf.WellKnownTypes;
using Onboarding.Api.Proofs.Aws;
using Onboarding.Api.Rpc;
using Onboarding.Client.Credentials.Platforms;
using Onboarding.Client.Errors;

namespace Onboarding.Client.Credentials.Aws;

/// <summary>An ECS task: requests signed with the credentials of its role, and what the task metadata (version 4) says of it.</summary>
internal sealed class EcsCredentialSource(PlatformEnvironment environment, TimeProvider time) : ICredentialSource
{
    private const string MetadataVariable = "ECS_CONTAINER_METADATA_URI_V4";
    private const string RelativeVariable = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI";
    private const string FullVariable = "AWS_CONTAINER_CREDENTIALS_FULL_URI";
    private const string Check = "curl -sS $ECS_CONTAINER_METADATA_URI_V4/task";
    private static readonly Uri CredentialService = new("http://169.254.170.2/");

    public string Name => "ECS task role and metadata";

    public async Task<Credential> GetAsync(CredentialRequest request, CancellationToken cancellationToken)
    {
        AcceptedTypes.Check<AwsEcsCredential>(request, "ECS tasks", "spec.workloads.authentication.aws.ecs");
        using var client = new MetadataClient("The ECS task metadata service", Check);
        (EcsTaskArn task, string zone) = await GetTaskAsync(client, cancellationToken);
        AwsCredentials role = await GetRoleAsync(client, cancellationToken);
        var signer = new AwsSigner(role, request, time);
        return new Credential(
            Any.Pack(new AwsEcsCredential
            {
                TaskArn = task.ToString(),
                AvailabilityZone = zone,
                CallerIdentity = signer.Sign(AwsRequest.GetCallerIdentity(task.Region), task.Region),
                DescribeTask = signer.Sign(AwsRequest.DescribeTask(task), task.Region),
            }),
            time.GetUtcNow() + AwsSigner.Lifetime,
            Name);
    }

    private async Task<(EcsTaskArn Task, string Zone)> GetTaskAsync(MetadataClient client, CancellationToken cancellationToken)
    {
        Uri service = FromVariable(MetadataVariable) ?? throw new OnboardingException(
            ErrorIds.MetadataUnreachable,
            $"{MetadataVariable} isn't set: this isn't a container of an ECS task, or its platform version is too old for task metadata version 4.",
            "env | grep ECS_; if the agent runs elsewhere, set host in the AgentConfiguration");
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(service.ToString().TrimEnd('/') + "/task"));
        try
        {
            return JsonNode.Parse(await client.AskAsync(request, cancellationToken)) is JsonObject task
                && EcsTaskArn.TryParse(Text(task, "TaskARN"), out EcsTaskArn? arn)
                ? (arn, Text(task, "AvailabilityZone") ?? "")
                : throw client.Refused(request, "it doesn't name a task with its cluster (ARNs of the new, longer kind)", Check);
        }
        catch (JsonException)
        {
            throw client.Refused(request, "its answer isn't JSON", Check);
        }
    }

    private async Task<AwsCredentials> GetRoleAsync(MetadataClient client, CancellationToken cancellationToken)
    {
        Uri? uri = environment.Variable(RelativeVariable) is { Length: > 0 } relative && Uri.TryCreate(CredentialService, relative, out Uri? at)
            ? at
            : FromVariable(FullVariable);

        // A variable that sends the request for the role's keys elsewhere would let that place sign in the task's name.
        if (uri is null || !(uri.IsLoopback || uri.Host == CredentialService.Host))
        {
            throw new OnboardingException(
                ErrorIds.MetadataUnreachable,
                $"The task has no role: neither {RelativeVariable} nor {FullVariable} names an address of this host.",
                "set taskRoleArn in the task definition; docs/platforms/aws-ecs.md");
        }

        using var request = new HttpRequestMessage(HttpMethod.Get, uri);
        if (environment.Variable("AWS_CONTAINER_AUTHORIZATION_TOKEN") is { Length: > 0 } token)
        {
            request.Headers.TryAddWithoutValidation("Authorization", token);
        }

        return AwsCredentials.TryRead(await client.AskAsync(request, cancellationToken))
            ?? throw client.Refused(request, "its answer isn't credentials", "curl -sS 169.254.170.2$AWS_CONTAINER_CREDENTIALS_RELATIVE_URI | grep -c AccessKeyId");
    }

    private Uri? FromVariable(string name) =>
        environment.Variable(name) is { Length: > 0 } value && Uri.TryCreate(value, UriKind.Absolute, out Uri? uri) && uri.Scheme == Uri.UriSchemeHttp ? uri : null;

    private static string? Text(JsonObject o, string name) => o[name] is JsonValue v && v.TryGetValue(out string? text) ? text : null;
}
