using Google.Protobuf;
using Onboarding.Api;
using Onboarding.Api.Identity;
using Onboarding.Api.Install;
using Onboarding.Api.Proofs.Aws;
using Onboarding.Api.Rpc;
using Onboarding.Plane.Refusals;
using Onboarding.Plane.Settings;

namespace Onboarding.Endpoint.Authentication.Aws;

/// <summary>
/// Finds out which ECS task presents a request signed by its role. AWS says account, role and, as the name of the role's session,
/// the task's id; cluster and zone AWS says as well, or else the task itself.
/// </summary>
internal sealed class AwsEcsAuthenticator(PlaneConfiguration plane, CallerIdentities callers, TaskDescriptions descriptions)
    : ICredentialAuthenticator
{
    public string MessageName => AwsEcsCredential.Descriptor.FullName;

    public bool IsConfigured => plane.Current?.Spec.Workloads.Authentication.Aws?.Ecs is not null;

    public async Task<AuthenticatedWorkload> AuthenticateAsync(AuthenticationRequest request, CancellationToken cancellationToken)
    {
        AwsAuthenticationSettings settings = plane.Required.Spec.Workloads.Authentication.Aws is { Ecs: not null } aws
            ? aws
            : throw Refuse.Unauthenticated(
                Reasons.CredentialIssuer,
                "This plane doesn't accept ECS tasks. Add spec.workloads.authentication.aws.ecs to the OnboardingPlane.");
        AwsEcsCredential credential = Read(request.Credential);
        if (!EcsTaskArn.TryParse(credential.TaskArn, out EcsTaskArn? task))
        {
            throw AwsRefusals.Malformed("The credential", "its task_arn isn't the ARN of a task with its cluster");
        }

        if (!AwsRegions.Has(task.Region, settings.Regions))
        {
            throw AwsRefusals.UnknownRegion(task.Region);
        }

        CallerIdentity caller = await callers.FindAsync(credential.CallerIdentity!, request, settings.Regions, cancellationToken);

        // The ARN is the task's own word. What AWS said must say the same wherever it can.
        if (caller.Account != task.Account || caller.Partition != task.Partition || caller.Session != task.TaskId)
        {
            throw AwsRefusals.Mismatch(
                "The credentials aren't those of the task's role.",
                $"task: {task}; credentials: {caller.Account} {AwsRefusals.Quoted(caller.Session)}");
        }

        string zone = await FindZoneAsync(task, credential, settings.Ecs!.Details, request, cancellationToken);
        if (!InstanceDocumentReader.IsZoneOf(task.Region, zone))
        {
            throw AwsRefusals.Malformed("The credential", "its availability_zone is none of its region");
        }

        WorkloadIdentity identity = new()
        {
            Aws = new AwsIdentity
            {
                Partition = task.Partition,
                Account = task.Account,
                Region = task.Region,
                Zone = zone,
                Ecs = new EcsTask { Cluster = task.Cluster, TaskId = task.TaskId, IamRole = new IamRole(caller.Role) },
            },
        };
        return new AuthenticatedWorkload(identity, identity) { MayReplaceKey = true };
    }

    private Task<string> FindZoneAsync(
        EcsTaskArn task, AwsEcsCredential credential, EcsTaskDetails details, AuthenticationRequest request, CancellationToken cancellationToken) =>
        details == EcsTaskDetails.Reported
            ? Task.FromResult(credential.AvailabilityZone)
            : credential.DescribeTask is { } signed
                ? descriptions.FindZoneAsync(task, signed, request, cancellationToken)
                : throw AwsRefusals.Mismatch(
                    "The credential has no proof of the task's cluster. Allow ecs:DescribeTasks to the task's role, or take the task's word with "
                    + "spec.workloads.authentication.aws.ecs.details: Reported.",
                    $"task: {task}");

    private static AwsEcsCredential Read(ByteString bytes)
    {
        try
        {
            AwsEcsCredential credential = AwsEcsCredential.Parser.ParseFrom(bytes);
            return credential.CallerIdentity is not null
                ? credential
                : throw AwsRefusals.Malformed("The credential", "it has no caller_identity");
        }
        catch (InvalidProtocolBufferException)
        {
            throw AwsRefusals.Malformed("The credential", "it isn't an AwsEcsCredential message");
        }
    }
}
