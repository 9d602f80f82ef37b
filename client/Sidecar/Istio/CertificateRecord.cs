using System.Text.Json;
using System.Text.Json.Serialization;
using Onboarding.Client.Native;

namespace Onboarding.Client.Sidecar.Istio;

/// <summary>What the agent knows of the certificates that Istio wrote on this machine for it: those it may remove.</summary>
internal sealed record CertificateRecord
{
    private const string Name = "istio-certificates.json";

    // A renewal writes two files, one after the other: those of before and after may lie side by side.
    private const int MostHashes = 8;
    private const int MostIdentities = 32;

    /// <summary>The identities that this state directory has had in a mesh, newest first.</summary>
    public IReadOnlyList<string> Identities { get; init; } = [];

    /// <summary>Hashes of files that Istio wrote, newest first.</summary>
    public IReadOnlyList<string> Hashes { get; init; } = [];

    /// <summary>Where pairs may lie, below the root: where the sidecar was told to keep them at its starts.</summary>
    public IReadOnlyList<string> Places { get; init; } = [];

    /// <summary>True if the pair was Istio's, or there was none, when a sidecar was started: what then appears there, the sidecar wrote.</summary>
    public bool IsStarted { get; init; }

    /// <summary>Reads it; one that isn't there or can't be read knows nothing.</summary>
    /// <param name="stateDirectory">The agent's state directory.</param>
    public static CertificateRecord Read(string stateDirectory)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(Path.Combine(stateDirectory, Name)), CertificateRecordJson.Default.CertificateRecord) ?? new();
        }
        catch (Exception e) when (e is IOException or JsonException)
        {
            return new CertificateRecord();
        }
    }

    /// <summary>Keeps it, durably.</summary>
    /// <param name="stateDirectory">The agent's state directory.</param>
    public void Write(string stateDirectory) => DurableFiles.Instance.Write(
        Path.Combine(stateDirectory, Name), JsonSerializer.SerializeToUtf8Bytes(this, CertificateRecordJson.Default.CertificateRecord), FileModes.Secret);

    /// <summary>The same, knowing an identity.</summary>
    public CertificateRecord With(string identity) =>
        identity.Length == 0 || Identities.Contains(identity) ? this : this with { Identities = [.. Identities.Prepend(identity).Take(MostIdentities)] };

    /// <summary>The same, knowing the files of a pair.</summary>
    public CertificateRecord With(CertificatePair pair)
    {
        string[] fresh = [.. FilesOf(pair).Select(f => f.Hash).Where(h => !Hashes.Contains(h))];
        return fresh.Length == 0 ? this : this with { Hashes = [.. fresh.Concat(Hashes).Take(MostHashes)] };
    }

    /// <summary>The same, knowing where a pair may lie.</summary>
    public CertificateRecord At(IEnumerable<string> places) => this with { Places = [.. Places.Union(places).TakeLast(MostIdentities)] };

    /// <summary>True if it knows a file by its hash.</summary>
    public bool Knows(CertificateFile file) => Hashes.Contains(file.Hash);

    private static IEnumerable<CertificateFile> FilesOf(CertificatePair pair) => new[] { pair.Chain, pair.Key }.OfType<CertificateFile>();
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(CertificateRecord))]
internal sealed partial class CertificateRecordJson : JsonSerializerContext;
