using System.Security.Cryptography;
using System.Text;
using Microsoft.Win32.SafeHandles;
using Onboarding.Client.Errors;
using Onboarding.Client.Native;
using Onboarding.Client.State;

namespace Onboarding.Client.Keys;

/// <summary>
/// Keeps the agent's key in the state directory, beside a hash of the machine-id it was made on: a disk that is copied to
/// another machine doesn't bring its identity along.
/// </summary>
public sealed class AgentKeyStore
{
    /// <summary>Where systemd keeps the machine's id (machine-id(5)).</summary>
    public const string MachineIdPath = "/etc/machine-id";

    private const int LargestFile = 8192;
    private readonly string _directory;
    private readonly string _machineIdPath;
    private readonly string _keyPath;
    private readonly string _machinePath;

    /// <summary>Makes one.</summary>
    /// <param name="state">The state directory, owned by this process.</param>
    /// <param name="machineIdPath">Where the machine's id is; <c>/etc/machine-id</c> but for tests.</param>
    public AgentKeyStore(StateDirectory state, string machineIdPath = MachineIdPath)
        : this(state?.Path ?? throw new ArgumentNullException(nameof(state)), machineIdPath)
    {
    }

    private AgentKeyStore(string directory, string machineIdPath)
    {
        _directory = directory;
        _machineIdPath = machineIdPath;
        _keyPath = Path.Combine(directory, "agent-key.pem");
        _machinePath = Path.Combine(directory, "machine-id.sha256");
    }

    /// <summary>The key that an agent keeps in a state directory, which stays its own: nothing is made or changed.</summary>
    /// <param name="directory">The state directory.</param>
    /// <param name="machineIdPath">Where the machine's id is.</param>
    /// <returns>Null if there is none, it was made on another machine, or this user can't read it.</returns>
    /// <exception cref="OnboardingException"><see cref="ErrorIds.AgentKeyUnusable"/>.</exception>
    internal static AgentKey? TryRead(string directory, string machineIdPath)
    {
        var store = new AgentKeyStore(Path.GetFullPath(directory), machineIdPath);
        try
        {
            return SecureFiles.Look(store._keyPath) is not null && SecureFiles.Look(store._machinePath) is not null
                && Encoding.UTF8.GetString(store.Read(store._machinePath)).Trim() == store.HashOfMachine()
                    ? store.Load()
                    : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>The key on disk, or a new one if there is none or the machine is another.</summary>
    /// <exception cref="OnboardingException"><see cref="ErrorIds.AgentKeyUnusable"/>.</exception>
    public AgentKey LoadOrCreate()
    {
        string machine = HashOfMachine();
        try
        {
            if (SecureFiles.Look(_keyPath) is null)
            {
                return Create(machine, AgentKeyOrigin.Created);
            }

            if (SecureFiles.Look(_machinePath) is null)
            {
                throw Unusable($"{_machinePath} is missing, so nothing tells whether the key was made on this machine");
            }

            return Encoding.UTF8.GetString(Read(_machinePath)).Trim() == machine
                ? Load()
                : Create(machine, AgentKeyOrigin.ReplacedOnOtherMachine);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unusable(e.Message, e);
        }
    }

    private AgentKey Load()
    {
        ECDsa key = ECDsa.Create();
        byte[] content = Read(_keyPath);
        try
        {
            key.ImportFromPem(Encoding.ASCII.GetString(content));
            return new AgentKey(key, AgentKeyOrigin.Loaded);
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException or PlatformNotSupportedException)
        {
            key.Dispose();
            throw Unusable("it doesn't hold a P-256 private key in PEM", e);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(content);
        }
    }

    private AgentKey Create(string machine, AgentKeyOrigin origin)
    {
        // The old key goes first and the new one comes last: whenever the power fails, the directory holds either a key with
        // the right machine beside it, or no key.
        File.Delete(_keyPath);
        SecureFiles.SynchronizeDirectory(_directory);
        DurableFiles.Instance.Write(_machinePath, Encoding.ASCII.GetBytes(machine + "\n"), FileModes.Secret);
        ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        DurableFiles.Instance.Write(_keyPath, Encoding.ASCII.GetBytes(key.ExportPkcs8PrivateKeyPem() + "\n"), FileModes.Secret);
        return new AgentKey(key, origin);
    }

    private byte[] Read(string path)
    {
        using SafeFileHandle file = SecureFiles.Open(path, LibC.OpenReadOnly);
        FileFacts facts = SecureFiles.Look(file);
        if (!facts.IsRegularFile || facts.Size > LargestFile)
        {
            throw Unusable($"{path} isn't a file the agent wrote");
        }

        // A key that someone else put there, or could read, is a key someone else has.
        if (facts.UserId != LibC.EffectiveUserId() || facts.IsOpenToOthers)
        {
            string mode = Convert.ToString(facts.Permissions, 8);
            throw Unusable($"{path} belongs to user {facts.UserId} and has mode 0{mode}; it must be the agent's own, mode 0600");
        }

        byte[] content = new byte[facts.Size];
        int read = RandomAccess.Read(file, content, 0);
        return content[..read];
    }

    private string HashOfMachine()
    {
        try
        {
            string id = File.ReadAllText(_machineIdPath).Trim();
            return id.Length == 0 ? "none" : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(id)));
        }
        catch (IOException)
        {
            // Containers often have none. Then nothing tells one machine from another, which the plane's epochs still do.
            return "none";
        }
    }

    private OnboardingException Unusable(string why, Exception? inner = null) => new(
        ErrorIds.AgentKeyUnusable,
        $"The agent's key {_keyPath} can't be used: {why}.",
        $"ls -l {_directory}; if the key is lost or stolen: rm {_keyPath}, and delete the workload's WorkloadKeyBinding in the cluster",
        inner);
}
