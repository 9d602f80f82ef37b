namespace Onboarding.Endpoint.Authentication.Aws.Requests;

/// <summary>AWS didn't answer, or answered what says nothing about the request.</summary>
internal sealed class AwsUnavailableException(string message, Exception? inner = null) : Exception(message, inner);
