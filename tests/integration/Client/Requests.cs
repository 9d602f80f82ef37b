using System.Security.Cryptography;
using Onboarding.Api.Proofs;
using Onboarding.Client.Credentials;

namespace Onboarding.Tests.Integration.ClientTests;

/// <summary>What credentials are asked for in tests.</summary>
internal static class Requests
{
    /// <summary>A request for a plane, with a challenge and a key of its own.</summary>
    public static CredentialRequest For(string plane)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return new CredentialRequest(plane, RandomNumberGenerator.GetBytes(57), AgentPublicKey.TryRead(key.ExportSubjectPublicKeyInfo())!);
    }
}
