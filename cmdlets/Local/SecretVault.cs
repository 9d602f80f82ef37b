using System.Collections.ObjectModel;
using System.Management.Automation;
using System.Net;
using System.Security;
using Onboarding.Client.Errors;
using Onboarding.Client.Local;

namespace Onboarding.Cmdlets;

/// <summary>Reads secrets from the vaults that PowerShell's SecretManagement knows.</summary>
internal static class SecretVault
{
    // By its full name: a function Get-Secret of someone's profile mustn't learn what is asked for, or answer.
    private const string Script = "param($name) Microsoft.PowerShell.SecretManagement\\Get-Secret -Name $name -ErrorAction Stop";

    /// <summary>Reads one; on the pipeline's thread.</summary>
    /// <param name="commands">Runs commands of the session.</param>
    /// <param name="name">The secret's name.</param>
    /// <exception cref="OnboardingException"><see cref="ModuleErrorIds.SecretNotFound"/>.</exception>
    public static JoinSecret Read(CommandInvocationIntrinsics commands, string name)
    {
        try
        {
            Collection<PSObject> found = commands.InvokeScript(Script, true, System.Management.Automation.Runspaces.PipelineResultTypes.None, null, name);
            return found.FirstOrDefault()?.BaseObject switch
            {
                SecureString secure => new JoinSecret(new NetworkCredential("", secure).Password),
                string plain => new JoinSecret(plain),
                _ => throw NotFound(name, "it isn't a text", null),
            };
        }
        catch (RuntimeException e) when (e is not PipelineStoppedException)
        {
            throw NotFound(name, e.Message.TrimEnd('.'), e);
        }
    }

    private static OnboardingException NotFound(string name, string why, Exception? inner) => new(
        ModuleErrorIds.SecretNotFound,
        $"The secret '{name}' can't be had: {why}.",
        $"Get-SecretInfo {name}; where that is unknown: Install-PSResource Microsoft.PowerShell.SecretManagement, and register a vault",
        inner);
}
