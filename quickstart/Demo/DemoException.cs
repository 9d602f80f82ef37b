namespace Onboarding.Quickstart.Demo;

/// <summary>A step of the demonstration didn't happen; the message says which and why.</summary>
internal sealed class DemoException(string message) : Exception(message);
