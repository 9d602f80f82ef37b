using System.Text.Json.Nodes;
using Onboarding.Api.Reading;

namespace Onboarding.Api.Configuration;

/// <summary>Ours: a certificate, with proof that this machine has its key.</summary>
public sealed record X509Source
{
    /// <summary>File with the certificate and those above it, PEM, leaf first.</summary>
    public required string CertificateFile { get; init; }

    /// <summary>File with its key, PEM.</summary>
    public required string KeyFile { get; init; }

    internal static X509Source Read(MapReader reader) => new()
    {
        CertificateFile = reader.RequiredText("certificateFile"),
        KeyFile = reader.RequiredText("keyFile"),
    };

    internal JsonObject ToJson() => new JsonObject().With("certificateFile", CertificateFile).With("keyFile", KeyFile);
}
