namespace Onboarding.Endpoint.Authentication.Aws;

/// <summary>Something that AWS is said to have written isn't what AWS writes. The only error of this folder's readers.</summary>
internal sealed class AwsDocumentException(string problem, Exception? inner = null) : Exception(problem, inner);
