using System.Text.Json;
using Onboarding.Api.Proofs.Aws;
using Onboarding.Api.Rpc;
using Onboarding.Endpoint.Authentication.Aws.Requests;
using Onboarding.Plane.Refusals;

namespace Onboarding.Endpoint.Authentication.Aws;

/// <summary>
/// Asks AWS about an ECS task (ecs:DescribeTasks), with a signature of the task's own role: so the plane needs no credentials of AWS
/// itself, and a task can be described by its own account alone.
/// </summary>
internal sealed class TaskDescriptions(AwsClient client, TimeProvider time)
{
    private const int LargestAnswer = 64 * 1024;
    private static readonly string[] JsonTypes = ["application/x-amz-json-1.1", "application/json"];
    private static readonly string[] Alive = ["PROVISIONING", "PENDING", "ACTIVATING", "RUNNING"];

    /// <summary>Finds the zone of a task that runs.</summary>
    /// <param name="task">The task.</param>
    /// <param name="request">What the agent sent.</param>
    /// <param name="call">What the signature must be tied to.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="RefusedException">AWS knows no such task, or it has stopped.</exception>
    public async Task<string> FindZoneAsync(EcsTaskArn task, AwsSignedRequest request, AuthenticationRequest call, CancellationToken cancellationToken)
    {
        string challenge = AwsRequest.Challenge(call.Challenge.Span, call.PlaneUid, call.Key.SubjectPublicKeyInfo.Span);
        try
        {
            SignedBy signed = SignedBy.Read(request, time.GetUtcNow());
            if (signed.Region != task.Region)
            {
                throw new AwsDocumentException("it is for another region than the task's");
            }

            return ReadZone(await client.SendAsync(AwsRequest.DescribeTask(task), signed, challenge, cancellationToken), task);
        }
        catch (AwsRefusedException e)
        {
            throw AwsRefusals.Mismatch(
                "AWS doesn't describe the task to its role. Allow ecs:DescribeTasks to the task's role, or take the task's word with "
                + "spec.workloads.authentication.aws.ecs.details: Reported.",
                e.Message);
        }
        catch (AwsUnavailableException e)
        {
            throw AwsRefusals.Unavailable("AWS ECS", e.Message);
        }
        catch (AwsDocumentException e)
        {
            throw AwsRefusals.Malformed("The proof of the task", e.Message);
        }
    }

    /// <summary>Reads an answer of ecs:DescribeTasks.</summary>
    /// <exception cref="AwsUnavailableException">It isn't one.</exception>
    /// <exception cref="AwsDocumentException">It isn't about this task, or the task has stopped.</exception>
    public static string ReadZone(AwsAnswer answer, EcsTaskArn task)
    {
        if (!JsonTypes.Contains(answer.MediaType))
        {
            throw new AwsUnavailableException($"ECS answered in {AwsRefusals.Quoted(answer.MediaType ?? "nothing")} instead of JSON");
        }

        using JsonDocument document = StrictJson.Read(answer.Body, LargestAnswer);
        if (!document.RootElement.TryGetProperty("tasks", out JsonElement tasks) || tasks.ValueKind != JsonValueKind.Array
            || tasks.GetArrayLength() != 1 || tasks[0].ValueKind != JsonValueKind.Object)
        {
            throw new AwsDocumentException("AWS knows no such task");
        }

        // Of the same name as was asked for: an answer about another task says nothing about this one.
        string cluster = $"arn:{task.Partition}:ecs:{task.Region}:{task.Account}:cluster/{task.Cluster}";
        if (StrictJson.Text(tasks[0], "taskArn") != task.ToString() || StrictJson.Text(tasks[0], "clusterArn") != cluster)
        {
            throw new AwsDocumentException("AWS describes another task");
        }

        string status = StrictJson.Text(tasks[0], "lastStatus");
        if (!Alive.Contains(status))
        {
            throw new AwsDocumentException("the task doesn't run");
        }

        return StrictJson.Text(tasks[0], "availabilityZone");
    }
}
