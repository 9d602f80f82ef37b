using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Text;
using Onboarding.Client.Native;

namespace Onboarding.AgentHost.Commands;

/// <summary>
/// Goes on as the program that lies at this program's path now, in the same process: with another configuration, or as another version. The
/// sidecar runs on meanwhile, and the machine stays registered.
/// </summary>
internal sealed class Continuation
{
    // Noted at the start: once a package has replaced the program, the kernel calls this one deleted.
    private readonly string _program = Environment.ProcessPath ?? "";
    private readonly string?[] _arguments =
        [.. Encoding.UTF8.GetString(File.ReadAllBytes("/proc/self/cmdline")).Split('\0').SkipLast(1), null];

    /// <summary>Goes on. It returns if that failed.</summary>
    /// <returns>Why.</returns>
    public string Execute()
    {
        _ = LibC.Execute(_program, _arguments);
        return $"{_program}: {new Win32Exception(Marshal.GetLastPInvokeError()).Message}";
    }
}
