namespace Onboarding.Samples.JwtCredentialPlugin;

/// <summary>Something the plugin was told, or is to use, is wrong.</summary>
internal sealed class PluginException(string message) : Exception(message);
