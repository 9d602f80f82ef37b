using Microsoft.IdentityModel.Tokens;
using Onboarding.Endpoint.Authentication.Jwt;

namespace Onboarding.Endpoint.Authentication.Spiffe;

/// <summary>Keys in a file on this machine, read again when it changes.</summary>
internal sealed class FileKeySource(string file) : IIssuerKeySource
{
    private const long Largest = 1024 * 1024;
    private volatile Snapshot? _snapshot;

    public ValueTask<IReadOnlyList<JsonWebKey>> GetAsync(string? mustHave, CancellationToken cancellationToken)
    {
        try
        {
            var info = new FileInfo(file);
            if (!info.Exists || info.Length > Largest)
            {
                throw new IssuerKeysException(info.Exists ? $"{file} is larger than {Largest} bytes" : $"{file} isn't there");
            }

            Snapshot? snapshot = _snapshot;
            if (snapshot is null || snapshot.WrittenAt != info.LastWriteTimeUtc || snapshot.Length != info.Length)
            {
                snapshot = new Snapshot(info.LastWriteTimeUtc, info.Length, SpiffeBundle.Read(File.ReadAllText(file), file));
                _snapshot = snapshot;
            }

            return new ValueTask<IReadOnlyList<JsonWebKey>>(snapshot.Keys);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new IssuerKeysException($"{file} can't be read: {e.Message}", e);
        }
    }

    private sealed record Snapshot(DateTime WrittenAt, long Length, IReadOnlyList<JsonWebKey> Keys);
}
