namespace Onboarding.Endpoint.Authentication.Jwt;

/// <summary>An issuer's keys can't be had; the message says what was tried and what came of it.</summary>
internal sealed class IssuerKeysException(string message, Exception? inner = null) : Exception(message, inner);
