namespace Onboarding.Api.Reading;

/// <summary>A kind that can be read from a file. The instances are in <see cref="ResourceKinds"/>.</summary>
/// <typeparam name="T">The record it is read into.</typeparam>
public sealed class ResourceKind<T>
    where T : class
{
    internal ResourceKind(string apiVersion, string kind, Func<MapReader, T> read, params string[] otherApiVersions)
    {
        ApiVersions = [apiVersion, .. otherApiVersions];
        Kind = kind;
        Read = read;
    }

    /// <summary>Accepted values of <c>apiVersion</c>, the preferred one first.</summary>
    public IReadOnlyList<string> ApiVersions { get; }

    /// <summary>Value of <c>kind</c>.</summary>
    public string Kind { get; }

    internal Func<MapReader, T> Read { get; }
}
