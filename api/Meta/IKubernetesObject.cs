namespace Onboarding.Api.Meta;

/// <summary>An object the Kubernetes API stores.</summary>
public interface IKubernetesObject
{
    /// <summary>Its metadata.</summary>
    V1ObjectMeta Metadata { get; }
}
