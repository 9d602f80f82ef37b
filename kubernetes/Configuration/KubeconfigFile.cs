using System.Text.Json.Nodes;
using Onboarding.Api.Reading;
using Onboarding.Documents;

namespace Onboarding.Kubernetes.Configuration;

/// <summary>Reads one kubeconfig, which is YAML or JSON.</summary>
internal static class KubeconfigFile
{
    // The reader's own limit, checked before the file is in memory.
    private const int Limit = 1024 * 1024;

    public static JsonObject Read(string file)
    {
        byte[] content;
        try
        {
            if (new FileInfo(file).Length > Limit)
            {
                throw new KubeConfigException($"{file} is longer than 1 MiB: not a kubeconfig.");
            }

            content = File.ReadAllBytes(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new KubeConfigException($"Can't read the kubeconfig: {e.Message}", e);
        }

        // kubectl takes an empty file for an empty kubeconfig, and tools make such files before they fill them.
        if (content.AsSpan().Trim(" \t\r\n"u8).IsEmpty)
        {
            return [];
        }

        ReadResult<JsonObject> result = ResourceReader.ReadObject(content);
        return result.Value ?? throw new KubeConfigException(
            $"{file} isn't a kubeconfig: {string.Join("; ", result.Errors)}. See what kubectl makes of it with: kubectl config view");
    }
}
