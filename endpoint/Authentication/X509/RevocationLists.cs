using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Onboarding.Api;
using Onboarding.Plane.Refusals;

namespace Onboarding.Endpoint.Authentication.X509;

/// <summary>
/// Asks the revocation lists that the operator provides. A list that is named and can't be used lets no one in: Vault once let
/// everybody in until its lists were loaded (CVE-2022-41316).
/// </summary>
internal sealed class RevocationLists(TimeProvider time)
{
    private const long LargestFile = 16 * 1024 * 1024;
    private const string Label = "X509 CRL";
    private static readonly TimeSpan Skew = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(30);
    private readonly ConcurrentDictionary<string, Loaded> _files = new();

    /// <summary>Checks every certificate of a chain below the root.</summary>
    /// <param name="chain">The chain, verified: leaf first, root last.</param>
    /// <param name="authority">Whose it is.</param>
    /// <exception cref="RefusedException">One is revoked, or that can't be told.</exception>
    public void Check(X509Certificate2Collection chain, TrustedAuthority authority)
    {
        if (authority.CrlFile is not { } file)
        {
            return;
        }

        IReadOnlyList<RevocationList> lists = Load(file);
        for (int i = 0; i < chain.Count - 1; i++)
        {
            RevocationList list = lists.Where(l => l.IsOf(chain[i + 1])).MaxBy(l => l.ThisUpdate) ?? throw CannotTell(
                authority.Name, $"{file} has no list signed by {chain[i + 1].Subject}");
            DateTimeOffset now = time.GetUtcNow();
            if (list.ThisUpdate > now + Skew || list.NextUpdate is not { } next || next < now)
            {
                throw CannotTell(authority.Name, $"the list of {chain[i + 1].Subject} in {file} is good from {list.ThisUpdate:u} until {list.NextUpdate:u}");
            }

            if (list.Has(chain[i]))
            {
                throw Refuse.Unauthenticated(
                    Reasons.CredentialRevoked, "The certificate, or one above it, was revoked. Have a new one issued, with a new key.",
                    $"serial {chain[i].SerialNumber} of {chain[i].Issuer}");
            }
        }
    }

    private IReadOnlyList<RevocationList> Load(string file)
    {
        try
        {
            var info = new FileInfo(file);
            if (!info.Exists || info.Length > LargestFile)
            {
                throw new FormatException(info.Exists ? $"it is larger than {LargestFile} bytes" : "it isn't there");
            }

            if (_files.TryGetValue(file, out Loaded? loaded) && loaded.WrittenAt == info.LastWriteTimeUtc && loaded.Length == info.Length)
            {
                return loaded.Lists;
            }

            loaded = new Loaded(info.LastWriteTimeUtc, info.Length, Parse(File.ReadAllBytes(file)));
            _files[file] = loaded;
            return loaded.Lists;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
        {
            throw CannotTell(Path.GetFileName(file), $"{file} can't be used: {e.Message}");
        }
    }

    private static List<RevocationList> Parse(byte[] content)
    {
        if (content.Length > 0 && content[0] == 0x30)
        {
            return [RevocationList.Read(content)];
        }

        var lists = new List<RevocationList>();
        ReadOnlySpan<char> rest = Encoding.ASCII.GetString(content);
        while (PemEncoding.TryFind(rest, out PemFields fields))
        {
            if (rest[fields.Label].SequenceEqual(Label))
            {
                lists.Add(RevocationList.Read(Convert.FromBase64String(rest[fields.Base64Data].ToString())));
            }

            rest = rest[fields.Location.End..];
        }

        return lists.Count > 0 ? lists : throw new FormatException("there is no revocation list in it");
    }

    private static RefusedException CannotTell(string authority, string detail) => Refuse.Unavailable(
        Reasons.IssuerUnavailable,
        $"The plane can't tell whether certificates of authority {authority} are revoked, and so takes none; its operator has to provide the list (crlFile).",
        Pause,
        detail);

    private sealed record Loaded(DateTime WrittenAt, long Length, IReadOnlyList<RevocationList> Lists);
}
