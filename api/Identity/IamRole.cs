namespace Onboarding.Api.Identity;

/// <summary>An IAM role.</summary>
/// <param name="Name">Its name, without path and account.</param>
public sealed record IamRole(string Name);
