using System.Text.Json.Nodes;

namespace Onboarding.Kubernetes.Configuration;

/// <summary>Reads the credential plugin of a user.</summary>
internal static class KubeconfigExec
{
    private const string Group = "client.authentication.k8s.io";

    public static ExecCredentialPlugin? Read(KubeconfigEntry user, KubeconfigEntry cluster)
    {
        if (user.Json.Object("exec") is not { } json)
        {
            return null;
        }

        var exec = new KubeconfigEntry(json, user.File, $"{user.Place[(user.File.Length + 2)..]}.exec");
        string version = exec.Text("apiVersion") ?? "";
        if (version is not ($"{Group}/v1" or $"{Group}/v1beta1"))
        {
            throw exec.Wrong("apiVersion", $"must be {Group}/v1 or {Group}/v1beta1; a newer version of the plugin's installer writes it");
        }

        if (exec.Text("interactiveMode") == "Always")
        {
            throw exec.Wrong("interactiveMode", "is Always, and no user can answer here; use a plugin that works without a terminal");
        }

        string command = exec.Text("command") ?? throw exec.Wrong("command", "is missing");
        return new ExecCredentialPlugin
        {
            ApiVersion = version,
            // Like kubectl: a bare name is looked up on PATH, anything with a slash is a path beside the kubeconfig.
            Command = command.AsSpan().ContainsAny('/', '\\') ? exec.Path("command")! : command,
            Arguments = json.Texts("args"),
            Environment = [.. json.Objects("env").Select(e => KeyValuePair.Create(e.Text("name") ?? "", e.Text("value") ?? "")).Where(e => e.Key.Length > 0)],
            InstallHint = exec.Text("installHint"),
            Cluster = exec.Flag("provideClusterInfo") ? Describe(cluster) : null,
        };
    }

    private static JsonObject Describe(KubeconfigEntry cluster)
    {
        var json = new JsonObject();
        foreach (string field in (string[])["server", "tls-server-name", "insecure-skip-tls-verify", "certificate-authority-data", "proxy-url"])
        {
            json.Put(field, cluster.Json[field]?.DeepClone());
        }

        if (json["certificate-authority-data"] is null && cluster.Path("certificate-authority") is { } file)
        {
            string pem = Pem.ReadFile(file, $"{cluster.Place}.certificate-authority");
            json["certificate-authority-data"] = Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(pem));
        }

        JsonObject? config = cluster.Json.Objects("extensions").FirstOrDefault(e => e.Text("name") == $"{Group}/exec")?.Object("extension");
        json.Put("config", config?.DeepClone());
        return json;
    }
}
