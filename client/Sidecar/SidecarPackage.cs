using System.Text;
using Onboarding.Client.Native;

namespace Onboarding.Client.Sidecar;

/// <summary>
/// Whether the sidecar's package on the disk is another one than the first that was started here. A process keeps the programs that it was
/// started with, whatever a package manager puts in their place; the plane says when it restarts, in the group's rollout.
/// </summary>
/// <param name="program">The sidecar.</param>
/// <param name="workloadDirectory">Where the name of the first one is kept.</param>
internal sealed class SidecarPackage(SidecarProgram program, string workloadDirectory)
{
    private readonly string _file = Path.Combine(workloadDirectory, "package");
    private readonly Lock _lock = new();
    private string _seen = "";
    private string _name = "";

    /// <summary>Its name, as it is told to the plane: empty for the first one.</summary>
    public string Name => Volatile.Read(ref _name);

    /// <summary>What is installed now.</summary>
    public string Installed => program.ReadPackage();

    /// <summary>What the running sidecar was started from; empty where that isn't known.</summary>
    public string Started => new SidecarRecordFile(workloadDirectory).Read()?.Package ?? "";

    /// <summary>Notes what is started: the first time for good.</summary>
    public void Starting()
    {
        string installed = program.ReadPackage();
        lock (_lock)
        {
            try
            {
                if (installed.Length > 0 && First() is null)
                {
                    DurableFiles.Instance.Write(_file, Encoding.ASCII.GetBytes(installed), FileModes.Secret);
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // A full disk keeps no sidecar from running. The next start notes it.
            }

            Take(installed);
        }
    }

    /// <summary>Looks at the disk. A package is replaced file by file: only what two looks find alike is one.</summary>
    /// <returns>True if it is another one than at the last look.</returns>
    public bool Look()
    {
        string installed = program.ReadPackage();
        lock (_lock)
        {
            bool isSettled = installed.Length > 0 && installed == _seen;
            _seen = installed;
            return isSettled && Take(installed);
        }
    }

    /// <summary>Forgets the first one: the machine is no member any more.</summary>
    public void Forget()
    {
        lock (_lock)
        {
            File.Delete(_file);
            Volatile.Write(ref _name, "");
        }
    }

    private bool Take(string installed)
    {
        string name = First() is { } first && first != installed ? installed : "";
        bool isOther = name != Name;
        Volatile.Write(ref _name, name);
        return isOther;
    }

    private string? First()
    {
        try
        {
            return File.ReadAllText(_file);
        }
        catch (IOException)
        {
            return null;
        }
    }
}
