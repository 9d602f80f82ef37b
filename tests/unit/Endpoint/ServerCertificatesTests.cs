using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Onboarding.Endpoint.Hosting;
using Onboarding.Lab.Certificates;
using Onboarding.Plane.Hosting;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Unit.Endpoint;

/// <summary>Certificates are shorter-lived than endpoints.</summary>
public sealed class ServerCertificatesTests : IDisposable
{
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UtcNow);
    private readonly TemporaryDirectory _directory = new();
    private readonly TestCertificates _authority = new();
    private readonly TestLog _log = new();
    private readonly CancellationTokenSource _stop = new();

    public void Dispose()
    {
        _stop.Dispose();
        _authority.Dispose();
        _directory.Dispose();
        _log.Dispose();
    }

    [Fact]
    public async Task A_certificate_whose_files_were_replaced_is_taken_without_a_restart()
    {
        Write(_authority.Server("localhost"));
        using ServerCertificates certificates = ServerCertificates.FromOptions(Files, _log);
        string before = certificates.Current.Certificate.Thumbprint;
        Task running = certificates.RunAsync(_stop.Token);

        string after = Write(_authority.Server("localhost"));
        await PassAsync(() => certificates.Current.Certificate.Thumbprint == after, "the new certificate");

        after.ShouldNotBe(before);
        certificates.Context.TargetCertificate.Thumbprint.ShouldBe(after);
        await StopAsync(running);
    }

    [Fact]
    public async Task Files_that_do_not_fit_together_change_nothing_until_they_do()
    {
        string before = Write(_authority.Server("localhost"));
        using ServerCertificates certificates = ServerCertificates.FromOptions(Files, _log);
        Task running = certificates.RunAsync(_stop.Token);
        using X509Certificate2 next = _authority.Server("localhost");

        await File.WriteAllTextAsync(_directory["tls.crt"], next.ExportCertificatePem());
        await PassAsync(() => _log.Entries.Any(e => e.EventId.Id == 4071), "the warning");
        certificates.Current.Certificate.Thumbprint.ShouldBe(before);
        await File.WriteAllTextAsync(_directory["tls.key"], next.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
        await PassAsync(() => certificates.Current.Certificate.Thumbprint == next.Thumbprint, "the new certificate");

        await StopAsync(running);
    }

    [Fact]
    public async Task A_certificate_that_expires_soon_is_warned_of()
    {
        Write(_authority.Server(DateTimeOffset.UtcNow.AddHours(12), "localhost"));
        using ServerCertificates certificates = ServerCertificates.FromOptions(Files, _log);
        Task running = certificates.RunAsync(_stop.Token);
        _time.Advance(TimeSpan.FromHours(8));
        _log.Entries.ShouldNotContain(e => e.EventId.Id == 4072);

        _time.Advance(TimeSpan.FromHours(2));

        await PassAsync(() => _log.Entries.Any(e => e.EventId.Id == 4072), "the warning");
        await StopAsync(running);
    }

    [Fact]
    public async Task The_certificate_that_a_plane_on_a_laptop_makes_is_made_anew_by_the_same_authority()
    {
        using ServerCertificates certificates = ServerCertificates.FromOptions(Embedded, _log);
        using X509Certificate2 before = certificates.Current.Certificate;
        byte[] authority = await File.ReadAllBytesAsync(Authority.CertificateFile);
        Task running = certificates.RunAsync(_stop.Token);

        _time.Advance(TimeSpan.FromDays(62));
        await PassAsync(() => certificates.Current.Certificate.Thumbprint != before.Thumbprint, "a new certificate");

        (await File.ReadAllBytesAsync(Authority.CertificateFile)).ShouldBe(authority);
        await StopAsync(running);
    }

    [Fact]
    public void An_authority_of_which_only_the_key_was_written_is_made_anew()
    {
        using (ServerCertificates first = ServerCertificates.FromOptions(Embedded, _log))
        {
            File.Delete(Authority.CertificateFile);
        }

        using ServerCertificates second = ServerCertificates.FromOptions(Embedded, _log);

        File.Exists(Authority.CertificateFile).ShouldBeTrue();
    }

    [Fact]
    public void An_authority_whose_key_is_anothers_is_refused_with_what_to_do()
    {
        using (ServerCertificates first = ServerCertificates.FromOptions(Embedded, _log))
        {
            using ECDsa other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            File.WriteAllText(_directory["endpoint-ca-key.pem"], other.ExportPkcs8PrivateKeyPem());
        }

        Should.Throw<StartException>(() => ServerCertificates.FromOptions(Embedded, _log)).Message.ShouldContain("rm ");
    }

    private EndpointOptions Files =>
        new() { TlsCertificate = _directory["tls.crt"], TlsKey = _directory["tls.key"], TimeProvider = _time };

    private EndpointOptions Embedded => new() { MakeCertificate = Authority.Issue, TimeProvider = _time };

    private LabAuthority Authority => new(_directory.Path, _time);

    private string Write(X509Certificate2 certificate)
    {
        using (certificate)
        {
            File.WriteAllText(_directory["tls.crt"], certificate.ExportCertificatePem());
            File.WriteAllText(_directory["tls.key"], certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
            return certificate.Thumbprint;
        }
    }

    private Task PassAsync(Func<bool> condition, string what) => Eventually.Is(
        () =>
        {
            _time.Advance(TimeSpan.FromSeconds(10));
            return condition();
        },
        what);

    private async Task StopAsync(Task running)
    {
        await _stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(running);
    }
}
