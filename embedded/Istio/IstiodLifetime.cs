namespace Onboarding.Embedded.Istio;

/// <summary>Ends open streams when the server stops; without it they would keep it from stopping.</summary>
internal sealed class IstiodLifetime : IDisposable
{
    private readonly CancellationTokenSource _stopping = new();

    public CancellationToken Stopping => _stopping.Token;

    public Task StopAsync() => _stopping.CancelAsync();

    public void Dispose() => _stopping.Dispose();
}
