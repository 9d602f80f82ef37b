namespace Onboarding.Endpoint.Authentication.Aws.Requests;

/// <summary>AWS didn't take the signature.</summary>
internal sealed class AwsRefusedException(string message) : Exception(message);
