namespace Onboarding.Endpoint.Authentication.Aws.Requests;

/// <summary>An answer of AWS with status 200.</summary>
/// <param name="MediaType">Its content type without parameters.</param>
/// <param name="Body">Its body.</param>
internal sealed record AwsAnswer(string? MediaType, ReadOnlyMemory<byte> Body);
