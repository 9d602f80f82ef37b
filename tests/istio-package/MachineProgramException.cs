namespace Onboarding.Tests.IstioPackage;

/// <summary>A program of the machine failed.</summary>
internal sealed class MachineProgramException(string message) : Exception(message);
