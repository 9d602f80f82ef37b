using System.Text.Json.Nodes;

namespace Onboarding.Api.Meta;

/// <summary>An object the Kubernetes API stores.</summary>
public interface IKubernetesObject
{
    /// <summary>Its metadata.</summary>
    V1ObjectMeta Metadata { get; }
}

/// <summary>
/// A kind of object the Kubernetes API stores. Everything a client needs to know about it is static, so that no reflection
/// happens at run time and trimmed programs keep what they use.
/// </summary>
/// <typeparam name="TSelf">The kind itself.</typeparam>
public interface IKubernetesObject<TSelf> : IKubernetesObject
    where TSelf : IKubernetesObject<TSelf>
{
    /// <summary>Where the API keeps objects of this kind.</summary>
    static abstract ResourceDefinition Definition { get; }

    /// <summary>
    /// Makes an object of what the server sent. Never throws for what a user may have stored: a kind whose objects people edit
    /// keeps the problems it found, so that one bad object can't blind a whole informer.
    /// </summary>
    /// <param name="json">The object as the server sent it.</param>
    static abstract TSelf FromJson(JsonObject json);

    /// <summary>The object as it is sent to the server, with <c>apiVersion</c> and <c>kind</c>.</summary>
    JsonObject ToJson();
}

/// <summary>The fields every object starts with.</summary>
internal static class ResourceStart
{
    public static JsonObject Start(this ResourceDefinition definition) => new()
    {
        ["apiVersion"] = definition.ApiVersion,
        ["kind"] = definition.Kind,
    };
}
