using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Onboarding.Connections;

/// <summary>
/// A file of authorities to trust, read at each use: authorities are rotated below running programs. While it can't be read, or is half
/// written, the last good content counts and a warning says so; it never comes to mean other authorities, nor none.
/// </summary>
public sealed class TrustFile
{
    private readonly string _path;
    private readonly Action<string>? _warn;
    private readonly Lock _lock = new();
    private X509Certificate2Collection _certificates;
    private string _text = "";
    private string? _warned;

    /// <summary>Reads the file for the first time.</summary>
    /// <param name="path">The file, PEM.</param>
    /// <param name="warn">Takes a warning; null for none.</param>
    /// <exception cref="IOException">It can't be read; also <see cref="UnauthorizedAccessException"/>.</exception>
    /// <exception cref="CryptographicException">It has no certificate in it, or ends within one.</exception>
    public TrustFile(string path, Action<string>? warn = null)
    {
        _path = path;
        _warn = warn;
        _text = File.ReadAllText(path);
        _certificates = Parse(_text);
    }

    /// <summary>The certificates that it holds now; the same instance until they change.</summary>
    public X509Certificate2Collection Certificates()
    {
        lock (_lock)
        {
            try
            {
                string text = File.ReadAllText(_path);
                if (text != _text)
                {
                    _certificates = Parse(text);
                    _text = text;
                }

                _warned = null;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
            {
                // Once for each fault: a file that is gone is noticed at every connection.
                if (_warned != e.Message)
                {
                    _warned = e.Message;
                    _warn?.Invoke($"{_path} can't be used: {e.Message.TrimEnd('.')}. The authorities that it held before are trusted on.");
                }
            }

            return _certificates;
        }
    }

    private X509Certificate2Collection Parse(string text)
    {
        PemCertificates read = PemCertificates.Read(text);
        if (read.IsCut)
        {
            throw new CryptographicException("it ends within a certificate");
        }

        if (read.Certificates.Count == 0)
        {
            throw new CryptographicException("it holds no certificate in PEM");
        }

        if (read.Skipped > 0)
        {
            _warn?.Invoke($"{_path} holds {read.Skipped} certificate(s) that can't be read. They are left out; the other {read.Certificates.Count} are trusted.");
        }

        return read.Certificates;
    }
}
