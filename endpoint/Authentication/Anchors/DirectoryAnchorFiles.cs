namespace Onboarding.Endpoint.Authentication.Anchors;

/// <summary>Trust anchors in a directory, e.g. a mounted ConfigMap.</summary>
internal sealed class DirectoryAnchorFiles(string directory) : ITrustAnchorFiles
{
    private const int Largest = 1024 * 1024;

    public string Place => directory;

    public async Task<string?> ReadAsync(string name, CancellationToken cancellationToken)
    {
        string path = Path.Combine(directory, name);
        try
        {
            var file = new FileInfo(path);
            if (!file.Exists)
            {
                return null;
            }

            return file.Length <= Largest
                ? await File.ReadAllTextAsync(path, cancellationToken)
                : throw new TrustAnchorException($"{path} is larger than {Largest} bytes");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new TrustAnchorException($"{path} can't be read: {e.Message}", e);
        }
    }
}
