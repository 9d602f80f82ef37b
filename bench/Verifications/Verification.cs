using Google.Protobuf;

namespace Onboarding.Bench.Verifications;

/// <summary>A credential to verify again and again, beside the cryptographic operation that it can't do without.</summary>
/// <param name="Platform">The platform, for people.</param>
/// <param name="MessageName">Type of the credential.</param>
/// <param name="Credential">The credential.</param>
/// <param name="Bare">The bare operation; true if the signature is good.</param>
/// <param name="Operation">What the bare operation is, for people.</param>
internal sealed record Verification(string Platform, string MessageName, ByteString Credential, Func<bool> Bare, string Operation);
