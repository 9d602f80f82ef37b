using System.Reflection;

namespace Onboarding.AgentHost;

/// <summary>The agent's version.</summary>
internal static class AgentVersion
{
    /// <summary>As it registers, e.g. <c>v0.1.0</c>.</summary>
    public static string Text { get; } =
        "v" + (typeof(AgentVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0.0.0").Split('+')[0];
}
