using System.Diagnostics;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Onboarding.Testing;

namespace Onboarding.Bench.Sessions;

/// <summary>Kestrel with TLS and one stream of HTTP/2 for each connection, and nothing else: what a session can't cost less than.</summary>
internal sealed class BareKestrel : IAsyncDisposable
{
    /// <summary>The command by which this program is that server.</summary>
    public const string Command = "bare-kestrel";

    private readonly Process _process;
    private readonly X509Certificate2 _authority;

    private BareKestrel(Process process, Uri address, X509Certificate2 authority)
    {
        _process = process;
        _authority = authority;
        Address = address;
    }

    public Uri Address { get; }

    public X509Certificate2 Authority => _authority;

    public long Memory
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64;
        }
    }

    /// <summary>Serves until it is killed.</summary>
    public static async Task<int> ServeAsync(string certificate, string key)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        using X509Certificate2 pem = X509Certificate2.CreateFromPemFile(certificate, key);
        using X509Certificate2 server = X509CertificateLoader.LoadPkcs12(pem.Export(X509ContentType.Pkcs12), null);
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            listen.Protocols = HttpProtocols.Http2;
            listen.UseHttps(server);
        }));
        WebApplication app = builder.Build();
        app.Run(async http =>
        {
            await http.Response.StartAsync();
            await http.Response.Body.FlushAsync();
            byte[] buffer = new byte[1];
            while (await http.Request.Body.ReadAsync(buffer) > 0)
            {
            }
        });
        await app.StartAsync();
        Console.WriteLine(app.Urls.First());
        await Task.Delay(Timeout.Infinite);
        return 0;
    }

    public static async Task<BareKestrel> StartAsync(TemporaryDirectory directory)
    {
        using var certificates = new TestCertificates("bare CA");
        (string certificate, string key) = (directory["bare.pem"], directory["bare-key.pem"]);
        using X509Certificate2 server = certificates.Server("localhost", "127.0.0.1");
        await File.WriteAllTextAsync(certificate, server.ExportCertificatePem());
        await File.WriteAllTextAsync(key, server.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
        Process process = Process.Start(new ProcessStartInfo("dotnet")
        {
            RedirectStandardOutput = true,
            ArgumentList = { typeof(BareKestrel).Assembly.Location, Command, certificate, key },
        })!;
        string url = await process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("Bare Kestrel didn't start.");
        return new BareKestrel(
            process, new Uri($"https://localhost:{new Uri(url).Port}"), X509CertificateLoader.LoadCertificate(certificates.Authority.RawData));
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _authority.Dispose();
    }
}
