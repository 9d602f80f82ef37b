namespace Onboarding.Endpoint.Authentication.Anchors;

/// <summary>Trust anchors can't be had: nothing that needs them is believed until they can.</summary>
internal sealed class TrustAnchorException(string message, Exception? inner = null) : Exception(message, inner);
