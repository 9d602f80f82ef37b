using Microsoft.IdentityModel.Tokens;
using Onboarding.Endpoint.Authentication.Jwt;

namespace Onboarding.Endpoint.Authentication.Spiffe;

/// <summary>
/// Keys in a file on this machine, read again when it changes. One that is half written, or can't be read for a while, leaves those
/// that were read last, with a warning.
/// </summary>
internal sealed partial class FileKeySource(string file, ILogger logger) : IIssuerKeySource
{
    private const long Largest = 1024 * 1024;
    private volatile ReadKeys? _snapshot;
    private volatile string? _warned;

    public ValueTask<IReadOnlyList<JsonWebKey>> GetAsync(string? mustHave, CancellationToken cancellationToken)
    {
        try
        {
            return new ValueTask<IReadOnlyList<JsonWebKey>>(Read());
        }
        catch (IssuerKeysException e) when (_snapshot is { } last)
        {
            if (_warned != e.Message)
            {
                _warned = e.Message;
                LogKept(logger, e.Message);
            }

            return new ValueTask<IReadOnlyList<JsonWebKey>>(last.Keys);
        }
    }

    private IReadOnlyList<JsonWebKey> Read()
    {
        try
        {
            var info = new FileInfo(file);
            if (!info.Exists || info.Length > Largest)
            {
                throw new IssuerKeysException(info.Exists ? $"{file} is larger than {Largest} bytes" : $"{file} isn't there");
            }

            ReadKeys? snapshot = _snapshot;
            if (snapshot is null || snapshot.WrittenAt != info.LastWriteTimeUtc || snapshot.Length != info.Length)
            {
                snapshot = new ReadKeys(info.LastWriteTimeUtc, info.Length, SpiffeBundle.Read(File.ReadAllText(file), file));
                _snapshot = snapshot;
                _warned = null;
            }

            return snapshot.Keys;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new IssuerKeysException($"{file} can't be read: {e.Message}", e);
        }
    }

    [LoggerMessage(4075, LogLevel.Warning, "{Problem}. The keys that were read before count on.")]
    private static partial void LogKept(ILogger logger, string problem);

    private sealed record ReadKeys(DateTime WrittenAt, long Length, IReadOnlyList<JsonWebKey> Keys);
}
