using Onboarding.Client.Errors;
using Onboarding.Client.State;

namespace Onboarding.Client.Local;

/// <summary>Where things are on this machine.</summary>
public static class LocalPaths
{
    /// <summary>State directory of the agent service.</summary>
    public static string ServiceState => StateDirectory.DefaultPath;

    /// <summary>State directory of a session that this process owns: the service's for root, else one below the home directory.</summary>
    public static string OwnState => Environment.IsPrivilegedProcess
        ? StateDirectory.DefaultPath
        : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".onboarding", "agent");

    /// <summary>Says where to run a cmdlet that is about the machine it runs on, if it isn't one that can join.</summary>
    /// <exception cref="OnboardingException"><see cref="ModuleErrorIds.LinuxOnly"/>.</exception>
    public static void RequireLinux() => RequireLinux(OperatingSystem.IsLinux());

    internal static void RequireLinux(bool isLinux)
    {
        if (!isLinux)
        {
            throw new OnboardingException(
                ModuleErrorIds.LinuxOnly,
                "This cmdlet is about the machine it runs on, and a machine in the mesh runs Linux.",
                "run it on that machine, e.g. with Invoke-Command -HostName; from here, Get-MeshWorkload and Get-OnboardingStatus -All show the fleet");
        }
    }
}
