namespace Onboarding.Tests.Fuzz;

/// <summary>The error of parsers that throw none.</summary>
#pragma warning disable CA1032, CA1064 // Never thrown.
internal sealed class NoException : Exception;
#pragma warning restore CA1032, CA1064
