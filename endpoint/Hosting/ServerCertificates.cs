using System.Net.Security;
using System.Security.Cryptography;
using Onboarding.Plane.Hosting;

namespace Onboarding.Endpoint.Hosting;

/// <summary>
/// The endpoint's certificate as it is now: files are looked at twice a minute, and one that it makes itself is made again at two thirds
/// of its life. An endpoint that went on with the certificate it started with would be left by all its agents on one day.
/// </summary>
internal sealed partial class ServerCertificates : IDisposable
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan WarnEvery = TimeSpan.FromHours(1);

    private readonly Func<ServerCertificate> _load;
    private readonly string[] _files;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private volatile Held _held;
    private long? _warnedAt;

    private ServerCertificates(Func<ServerCertificate> load, string[] files, TimeProvider time, ILogger logger)
    {
        _load = load;
        _files = files;
        _time = time;
        _logger = logger;
        string content = Content();
        _held = new Held(load(), content);
    }

    /// <summary>The certificate.</summary>
    public ServerCertificate Current => _held.Certificate;

    /// <summary>The certificate with its chain, as TLS handshakes send it.</summary>
    public SslStreamCertificateContext Context => _held.Context;

    /// <summary>Takes the certificate that the options name.</summary>
    /// <exception cref="StartException">There is none, or it can't be used.</exception>
    public static ServerCertificates FromOptions(EndpointOptions options, ILoggerFactory loggers)
    {
        ILogger logger = loggers.CreateLogger<ServerCertificates>();
        return options switch
        {
            { MakeCertificate: { } make, TlsCertificate: null, TlsKey: null } => new ServerCertificates(make, [], options.TimeProvider, logger),
            { TlsCertificate: { } certificate, TlsKey: { } key } =>
                new ServerCertificates(() => ServerCertificate.Load(certificate, key), [certificate, key], options.TimeProvider, logger),
            _ => throw new StartException(
                "The endpoint needs a certificate: --tls-certificate FILE --tls-key FILE. A plane for this machine alone makes its own: onboarding-lab"),
        };
    }

    /// <summary>Keeps it up to date until told to stop.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(LookEvery, _time);
        do
        {
            Look();
        }
        while (await timer.WaitForNextTickAsync(cancellationToken));
    }

    public void Dispose() => _held.Certificate.Dispose();

    private void Look()
    {
        try
        {
            string content = Content();
            if (_files.Length > 0 ? content != _held.Content : LifeUsed() >= 2.0 / 3)
            {
                // The old one isn't disposed: handshakes under way use it.
                _held = new Held(_load(), content);
                LogTaken(_logger, Current.Certificate.Subject, Current.Certificate.NotAfter.ToUniversalTime());
            }
        }
        catch (Exception e) when (e is StartException or IOException or UnauthorizedAccessException or CryptographicException)
        {
            // Also while one of two files has been written: the next look finds both.
            LogNotTaken(_logger, e.Message);
        }

        if (LifeUsed() >= 0.9 && (_warnedAt is not { } at || _time.GetElapsedTime(at) >= WarnEvery))
        {
            _warnedAt = _time.GetTimestamp();
            LogExpires(_logger, Current.Certificate.NotAfter.ToUniversalTime());
        }
    }

    private double LifeUsed()
    {
        (DateTime from, DateTime until) = (Current.Certificate.NotBefore.ToUniversalTime(), Current.Certificate.NotAfter.ToUniversalTime());
        return (_time.GetUtcNow().UtcDateTime - from) / (until - from);
    }

    // By what is in them: a mounted Secret is replaced by other means than writing.
    private string Content() => string.Concat(_files.Where(File.Exists).Select(file => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(file)))));

    [LoggerMessage(4070, LogLevel.Information, "The endpoint's certificate is now {Subject}, good until {Until:u}")]
    private static partial void LogTaken(ILogger logger, string subject, DateTime until);

    [LoggerMessage(4071, LogLevel.Warning, "The endpoint's certificate has changed and can't be taken; the one before stays. {Problem}")]
    private static partial void LogNotTaken(ILogger logger, string problem);

    [LoggerMessage(4072, LogLevel.Warning, "The endpoint's certificate expires at {Until:u}: agents won't connect after that. Renew the files of --tls-certificate and --tls-key")]
    private static partial void LogExpires(ILogger logger, DateTime until);

    private sealed record Held(ServerCertificate Certificate, string Content)
    {
        public SslStreamCertificateContext Context { get; } =
            SslStreamCertificateContext.Create(Certificate.Certificate, Certificate.Chain, offline: true);
    }
}
