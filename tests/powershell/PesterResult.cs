namespace Onboarding.Tests.PowerShell;

/// <summary>How one run of a test went.</summary>
/// <param name="Name">Its name as written, placeholders and all.</param>
/// <param name="Expanded">Its name with the blocks around it and placeholders filled in.</param>
/// <param name="Result"><c>Passed</c>, <c>Failed</c>, <c>Skipped</c>, <c>NotRun</c>.</param>
/// <param name="Message">What failed, and where.</param>
internal sealed record PesterResult(string Name, string Expanded, string Result, string? Message);
