namespace Onboarding.Client.Identity;

/// <summary>No certificate could be had; the message says why, and begins with a small letter.</summary>
internal sealed class MeshIdentityException(string why, Exception? inner = null) : Exception(why, inner);
