using System.Text;
using Onboarding.Client.Native;

namespace Onboarding.Client.Sidecar.Istio;

/// <summary>The machine's <c>/etc/hosts</c>, which has the mesh's names while the machine is in the mesh.</summary>
internal sealed class HostsFile(string root)
{
    private readonly string _path = Path.Combine(root, "etc/hosts");

    /// <summary>Puts these lines in place of the agent's former ones.</summary>
    /// <param name="entries">The lines; empty for none.</param>
    public void Write(string entries)
    {
        string current = File.Exists(_path) ? File.ReadAllText(_path) : "";
        string wanted = HostsBlock.Replace(current, entries);
        if (wanted == current)
        {
            return;
        }

        try
        {
            // The agent has a group of its own, and the file stays whose it was.
            FileFacts? before = SecureFiles.Look(_path);
            DurableFiles.Write(
                _path, Encoding.UTF8.GetBytes(wanted), FileModes.Public, before is { } facts && LibC.EffectiveUserId() == 0 ? (facts.UserId, facts.GroupId) : null);
        }
        catch (IOException)
        {
            // In a container the file is a mount of its own and can't be replaced, only rewritten.
            File.WriteAllText(_path, wanted);
        }
    }
}
