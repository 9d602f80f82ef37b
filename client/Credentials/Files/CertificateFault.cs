namespace Onboarding.Client.Credentials.Files;

/// <summary>Why there is no proof of possession.</summary>
internal enum CertificateFault
{
    /// <summary>The certificate can't be used for one.</summary>
    Certificate,

    /// <summary>The key can't be read, or is of another kind than the certificate's.</summary>
    Key,

    /// <summary>The key is another certificate's.</summary>
    Pair,
}
