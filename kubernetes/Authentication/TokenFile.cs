using Microsoft.Extensions.Logging;

namespace Onboarding.Kubernetes.Authentication;

/// <summary>A token in a file that someone renews: read again every minute, and at once when the server refuses it.</summary>
internal sealed partial class TokenFile(string file, TimeProvider clock, ClientCertificate certificate, ILogger logger) : IApiCredentialSource
{
    private static readonly TimeSpan Period = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private ApiCredential? _current;
    private long _readAt;

    public ValueTask<ApiCredential> GetAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_current is null || clock.GetElapsedTime(_readAt) >= Period || !ReferenceEquals(_current.Certificate, certificate.Get()))
            {
                _current = Read();
                _readAt = clock.GetTimestamp();
            }

            return ValueTask.FromResult(_current);
        }
    }

    public bool Discard(ApiCredential credential)
    {
        lock (_lock)
        {
            _current = Read();
            _readAt = clock.GetTimestamp();
            return _current.Authorization!.Parameter != credential.Authorization?.Parameter;
        }
    }

    public void Dispose()
    {
    }

    private ApiCredential Read()
    {
        try
        {
            string token = Pem.ReadFile(file, "the token file").Trim();
            return new ApiCredential(ApiCredential.Bearer(token, $"What is in {file}"), certificate.Get());
        }
        catch (KubeConfigException e) when (_current is not null)
        {
            // The old token may be good for a while yet, and the file may be back by then.
            LogUnreadable(logger, e.Message);
            return _current;
        }
    }

    [LoggerMessage(2007, LogLevel.Warning, "{Problem} The token read before is used on.")]
    private static partial void LogUnreadable(ILogger logger, string problem);
}
