using Onboarding.Api;

namespace Onboarding.Kubernetes;

/// <summary>
/// The configuration of the connection to the cluster is missing or wrong, or the credential it names can't be had. The text
/// says where and what to do, and never holds a credential.
/// </summary>
public sealed class KubeConfigException : Exception
{
    internal KubeConfigException(string message, Exception? inner = null)
        // Names of contexts, clusters and users are a file's words, and a plugin's output another program's.
        : base(ForeignText.CleanLines(message), inner)
    {
    }
}
