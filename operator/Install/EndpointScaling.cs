using k8s.Models;

namespace Onboarding.Operator.Install;

/// <summary>How many pods there are by load, and how many may go at once.</summary>
internal static class EndpointScaling
{
    /// <summary>The HorizontalPodAutoscaler; null where the number of pods is fixed.</summary>
    public static V2HorizontalPodAutoscaler? Autoscaler(InstallInputs inputs) => inputs.Deployment.HpaSpec is not { } spec ? null : new V2HorizontalPodAutoscaler
    {
        ApiVersion = "autoscaling/v2",
        Kind = "HorizontalPodAutoscaler",
        Metadata = EndpointDeployment.Meta(inputs, PlaneNames.Plane),
        Spec = new V2HorizontalPodAutoscalerSpec
        {
            ScaleTargetRef = new V2CrossVersionObjectReference { ApiVersion = "apps/v1", Kind = "Deployment", Name = PlaneNames.Plane },
            MinReplicas = spec.MinReplicas,
            MaxReplicas = spec.MaxReplicas,
            Metrics = inputs.Metrics.Count > 0 ? [.. inputs.Metrics] : [Processor],
        },
    };

    /// <summary>The PodDisruptionBudget; null for a single pod, which could never be moved then.</summary>
    public static V1PodDisruptionBudget? Budget(InstallInputs inputs)
    {
        int pods = inputs.Deployment.HpaSpec?.MinReplicas ?? inputs.Deployment.ReplicaCount;
        return pods < 2 ? null : new V1PodDisruptionBudget
        {
            ApiVersion = "policy/v1",
            Kind = "PodDisruptionBudget",
            Metadata = EndpointDeployment.Meta(inputs, PlaneNames.Plane),
            Spec = new V1PodDisruptionBudgetSpec
            {
                MaxUnavailable = inputs.Spec.Instance.KubeSpec.MaxDisrupted is { IsPercent: false } count ? count.Amount : inputs.Spec.Instance.KubeSpec.MaxDisrupted.ToString(),
                Selector = new V1LabelSelector { MatchLabels = PlaneNames.Selector },
            },
        };
    }

    private static V2MetricSpec Processor => new()
    {
        Type = "Resource",
        Resource = new V2ResourceMetricSource { Name = "cpu", Target = new V2MetricTarget { Type = "Utilization", AverageUtilization = 80 } },
    };
}
