namespace Onboarding.Api.Install;

/// <summary>Ours: where cluster and zone of an ECS task are known from.</summary>
public enum EcsTaskDetails
{
    /// <summary>AWS says so (ecs:DescribeTasks, signed by the task's role, which needs the permission).</summary>
    Verified = 0,

    /// <summary>The task says so: policies by cluster are then no stronger than the task's role.</summary>
    Reported = 1,
}
