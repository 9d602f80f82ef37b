using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Win32.SafeHandles;
using Onboarding.Client.Errors;
using Onboarding.Client.Native;

namespace Onboarding.Client.State;

/// <summary>
/// The directory where one agent keeps its key, its registrations and its boot configurations. It has one owner at a time: two
/// agents with one key would look to the plane like a copied disk.
/// </summary>
public sealed class StateDirectory : IDisposable
{
    /// <summary>Where the agent service keeps its state.</summary>
    public const string DefaultPath = "/var/lib/onboarding-agent";

    private readonly SafeFileHandle _lock;

    private StateDirectory(string path, SafeFileHandle lockFile)
    {
        Path = path;
        _lock = lockFile;
    }

    /// <summary>The directory.</summary>
    public string Path { get; }

    /// <summary>Takes the directory, which is made if it isn't there, for this process.</summary>
    /// <param name="path">The directory.</param>
    /// <param name="ownerKind">What this process is, for whoever is refused later: <c>service</c>, <c>PowerShell</c>.</param>
    /// <exception cref="OnboardingException">
    /// <see cref="ErrorIds.StateDirectoryInUse"/>, <see cref="ErrorIds.StateDirectoryUnsafe"/> or
    /// <see cref="ErrorIds.StateDirectoryUnwritable"/>.
    /// </exception>
    public static StateDirectory Open(string path, string ownerKind)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        string full = System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(path));
        try
        {
            SecureDirectory.Ensure(full);
            return new StateDirectory(full, TakeLock(full, ownerKind));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new OnboardingException(
                ErrorIds.StateDirectoryUnwritable,
                $"The state directory {full} can't be used: {e.Message}.",
                $"namei -l {full}; then give the directory to the agent's user, or pass another one with --state-directory",
                e);
        }
    }

    /// <summary>Who has the directory now; null if nobody does. To find out, it takes the lock for an instant where it is free.</summary>
    /// <param name="path">The directory.</param>
    public static StateDirectoryOwner? OwnerOf(string path)
    {
        string lockPath = System.IO.Path.Combine(path, "lock");
        try
        {
            using SafeFileHandle file = SecureFiles.Open(lockPath, LibC.OpenReadWrite);
            if (LibC.Lock(file, LibC.LockExclusive | LibC.LockNonBlocking) == 0)
            {
                // Nobody's. Closing lets go of it again.
                return null;
            }

            byte[] content = new byte[512];
            int read = RandomAccess.Read(file, content, 0);
            JsonNode? record = JsonNode.Parse(content.AsSpan(0, read));
            return new StateDirectoryOwner((int)record!["pid"]!, (string?)record["kind"] ?? "unknown");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or System.Text.Json.JsonException or InvalidOperationException or NullReferenceException)
        {
            return null;
        }
    }

    /// <summary>A directory in it that only the owner can look into; made if it isn't there.</summary>
    /// <param name="names">Names below the state directory.</param>
    public string Directory(params ReadOnlySpan<string> names)
    {
        string path = Path;
        foreach (string name in names)
        {
            path = System.IO.Path.Combine(path, name);
            SecureDirectory.Ensure(path);
        }

        return path;
    }

    /// <inheritdoc />
    public void Dispose() => _lock.Dispose();

    private static SafeFileHandle TakeLock(string directory, string ownerKind)
    {
        string path = System.IO.Path.Combine(directory, "lock");
        SafeFileHandle file = SecureFiles.Open(path, LibC.OpenReadWrite | LibC.OpenCreate, FileModes.Secret);
        if (LibC.Lock(file, LibC.LockExclusive | LibC.LockNonBlocking) != 0)
        {
            string owner = ReadOwner(file);
            file.Dispose();
            throw new OnboardingException(
                ErrorIds.StateDirectoryInUse,
                $"The state directory {directory} belongs to another process: {owner}.",
                $"ps -fp {owner.Split(' ')[1]}; stop that process first, or pass another directory with --state-directory");
        }

        var record = new JsonObject { ["pid"] = Environment.ProcessId, ["kind"] = ownerKind };
        byte[] content = Encoding.UTF8.GetBytes(record.ToJsonString());
        RandomAccess.Write(file, content, 0);
        RandomAccess.SetLength(file, content.Length);
        return file;
    }

    private static string ReadOwner(SafeFileHandle file)
    {
        byte[] content = new byte[512];
        int read = RandomAccess.Read(file, content, 0);
        try
        {
            JsonNode? record = JsonNode.Parse(content.AsSpan(0, read));
            return $"pid {(int)record!["pid"]!} ({(string?)record["kind"]})";
        }
        catch (Exception e) when (e is System.Text.Json.JsonException or InvalidOperationException or NullReferenceException)
        {
            // It has the lock but didn't write its record yet.
            return "pid unknown";
        }
    }
}
