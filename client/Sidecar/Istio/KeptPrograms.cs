using Onboarding.Client.Native;
using Onboarding.Client.Sidecar.Istio.Redirection;

namespace Onboarding.Client.Sidecar.Istio;

/// <summary>
/// The programs of the last package that the sidecar was ready on: what a package manager replaces has another name here, and goes on being there. An
/// agent that starts the sidecar itself can so go back when it isn't ready on the next package.
/// </summary>
/// <param name="root">Root of the file system; <c>/</c> but for tests.</param>
internal sealed class KeptPrograms(string root) : IKeptPrograms
{
    // Not in the agent's directory, which the sidecar's user may not enter, nor in the sidecar's, where that user could replace what root starts.
    private const string Place = "var/lib/onboarding-agent-sidecar";
    private const string NameFile = "package";
    private static readonly string[] Programs = [IstioSidecar.StartScript, IstioSidecar.PilotAgent, IstioSidecar.Envoy];

    private readonly string _directory = Path.Combine(root, Place);

    public bool AreUsed { get; set; }

    public string? Name
    {
        get
        {
            try
            {
                return File.ReadAllText(Path.Combine(_directory, NameFile));
            }
            catch (IOException)
            {
                return null;
            }
        }
    }

    public void Keep(string name)
    {
        if (name.Length == 0 || Name == name)
        {
            return;
        }

        string next = _directory + ".new";
        Delete(next);
        Directory.CreateDirectory(next);
        File.SetUnixFileMode(next, FileModes.PublicDirectory);
        foreach (string program in Programs)
        {
            var file = new FileInfo(Path.Combine(root, program));
            string kept = Path.Combine(next, file.Name);
            if (file.LinkTarget is not null)
            {
                // What the administrator points to is the administrator's.
                File.CreateSymbolicLink(kept, file.ResolveLinkTarget(returnFinalTarget: true)!.FullName);
            }
            else if (LibC.Link(file.FullName, kept) != 0)
            {
                File.Copy(file.FullName, kept);
                File.SetUnixFileMode(kept, file.UnixFileMode);
            }
        }

        File.WriteAllText(Path.Combine(next, NameFile), name);
        Delete(_directory);
        Directory.Move(next, _directory);
    }

    public void Forget()
    {
        AreUsed = false;
        Delete(_directory);
    }

    public SidecarProgram Apply(SidecarProgram program, string bootDirectory) => !AreUsed ? program : program with
    {
        Path = Path.Combine(_directory, Path.GetFileName(IstioSidecar.StartScript)),
        Environment = new Dictionary<string, string>(program.Environment)
        {
            ["ISTIO_BIN_BASE"] = _directory,
            // What the script says there itself, and where Envoy is: pilot-agent would start the one that is installed.
            ["PROXY_CONFIG"] = string.Join(
                '\n',
                $"binaryPath: {_directory}/envoy",
                $"serviceCluster: {SidecarEnvironment.Read(IstioFiles.SidecarEnv(root), Path.Combine(bootDirectory, "cluster.env")).Service}",
                "controlPlaneAuthPolicy: MUTUAL_TLS"),
        },
    };

    private static void Delete(string directory)
    {
        if (Directory.Exists(directory))
        {
            Directory.Delete(directory, recursive: true);
        }
    }
}
