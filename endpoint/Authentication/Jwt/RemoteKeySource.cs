using Microsoft.IdentityModel.Tokens;

namespace Onboarding.Endpoint.Authentication.Jwt;

/// <summary>
/// Keys fetched from the issuer: one fetch at a time, however many callers wait; kept for ten minutes, and for six hours if the
/// issuer doesn't answer.
/// </summary>
internal sealed class RemoteKeySource(string issuer, Func<CancellationToken, Task<IReadOnlyList<JsonWebKey>>> fetch, TimeProvider time)
    : IIssuerKeySource, IDisposable
{
    private static readonly TimeSpan Fresh = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Usable = TimeSpan.FromHours(6);

    // Anybody can make up key ids: without this pause each made-up one would be a request to the issuer.
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(30);

    private readonly SemaphoreSlim _single = new(1, 1);
    private volatile FetchedKeys? _snapshot;
    private DateTimeOffset _lastAttempt = DateTimeOffset.MinValue;
    private IssuerKeysException? _lastFailure;

    public async ValueTask<IReadOnlyList<JsonWebKey>> GetAsync(string? mustHave, CancellationToken cancellationToken)
    {
        FetchedKeys? snapshot = _snapshot;
        if (snapshot is not null && IsEnough(snapshot, mustHave))
        {
            return snapshot.Keys;
        }

        await _single.WaitAsync(cancellationToken);
        try
        {
            snapshot = _snapshot;
            if ((snapshot is null || !IsEnough(snapshot, mustHave)) && time.GetUtcNow() - _lastAttempt >= Pause)
            {
                await RefreshAsync();
            }

            snapshot = _snapshot;
            return snapshot is not null && time.GetUtcNow() - snapshot.FetchedAt < Usable
                ? snapshot.Keys
                : throw _lastFailure ?? new IssuerKeysException($"the keys of issuer {issuer} are not known yet");
        }
        finally
        {
            _single.Release();
        }
    }

    public void Dispose() => _single.Dispose();

    private bool IsEnough(FetchedKeys snapshot, string? mustHave) =>
        time.GetUtcNow() - snapshot.FetchedAt < Fresh
        && (mustHave is null || snapshot.Keys.Any(k => k.Kid == mustHave || string.IsNullOrEmpty(k.Kid)));

    // Not cancelled with the caller: others wait for the same answer, and a caller that hangs up must not cost them the fetch.
    private async Task RefreshAsync()
    {
        _lastAttempt = time.GetUtcNow();
        try
        {
            _snapshot = new FetchedKeys(await fetch(CancellationToken.None), time.GetUtcNow());
            _lastFailure = null;
        }
        catch (IssuerKeysException e)
        {
            _lastFailure = e;
        }
    }

    private sealed record FetchedKeys(IReadOnlyList<JsonWebKey> Keys, DateTimeOffset FetchedAt);
}
