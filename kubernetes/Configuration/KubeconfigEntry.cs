using System.Text.Json.Nodes;

namespace Onboarding.Kubernetes.Configuration;

/// <summary>A cluster, user or context of a kubeconfig, with where it came from.</summary>
internal sealed class KubeconfigEntry(JsonObject json, string file, string place)
{
    public JsonObject Json { get; } = json;

    public string File { get; } = file;

    /// <summary>For messages, e.g. <c>/home/me/.kube/config: users[alice]</c>.</summary>
    public string Place => $"{File}: {place}";

    /// <summary>A text field; null if absent or empty, as kubectl sees it.</summary>
    public string? Text(string field) => Json[field] switch
    {
        null => null,
        _ when Json.Text(field) is { } text => text.Length == 0 ? null : text,
        _ => throw Wrong(field, "must be text; put it in quotes"),
    };

    public bool Flag(string field) => Json[field] is null ? false : Json.Flag(field) ?? throw Wrong(field, "must be true or false");

    /// <summary>A path; relative ones start at the kubeconfig that holds them.</summary>
    public string? Path(string field) =>
        Text(field) is { } path ? System.IO.Path.Combine(System.IO.Path.GetDirectoryName(File)!, path) : null;

    /// <summary>Text that is kept as base64.</summary>
    public string? Base64(string field)
    {
        if (Text(field) is not { } text)
        {
            return null;
        }

        try
        {
            return System.Text.Encoding.UTF8.GetString(Convert.FromBase64String(text));
        }
        catch (FormatException)
        {
            throw Wrong(field, "isn't base64");
        }
    }

    public KubeConfigException Wrong(string field, string what) =>
        new($"{Place}.{field} {what}. See what kubectl makes of it with: kubectl config view --raw=false");
}
