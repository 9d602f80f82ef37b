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

    private const int MostLooks = 200;
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(10);
    private readonly SafeFileHandle _lock;

    private StateDirectory(string path, SafeFileHandle lockFile)
    {
        Path = path;
        _lock = lockFile;
    }

    /// <summary>The directory.</summary>
    public string Path { get; }

    /// <summary>The file that the owner of a state directory holds locked.</summary>
    /// <param name="path">The directory.</param>
    public static string LockIn(string path) => System.IO.Path.Combine(System.IO.Path.GetFullPath(path), "lock");

    /// <summary>Takes the directory, which is made if it isn't there, for this process.</summary>
    /// <param name="path">The directory.</param>
    /// <param name="ownerKind">What this process is, for anyone who is refused later: <c>service</c>, <c>PowerShell</c>.</param>
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

    /// <summary>Who has the directory now; null if no one does. It keeps no one from taking it meanwhile.</summary>
    /// <param name="path">The directory.</param>
    public static StateDirectoryOwner? OwnerOf(string path)
    {
        string lockPath = System.IO.Path.Combine(path, "lock");
        try
        {
            using SafeFileHandle file = SecureFiles.Open(lockPath, LibC.OpenReadWrite);
            // Shared: who wants to have the directory sees that this isn't an owner, and waits until it is closed again.
            return LibC.Lock(file, LibC.LockShared | LibC.LockNonBlocking) == 0 ? null : ReadOwner(file) ?? new StateDirectoryOwner(0, "unknown");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
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
    public void Dispose()
    {
        if (_lock.IsClosed)
        {
            return;
        }

        try
        {
            // The next owner shan't be taken for this one until it has written its own record.
            RandomAccess.SetLength(_lock, 0);
        }
        catch (IOException)
        {
            // It is only what people are told.
        }

        // Closing it isn't enough: a process that is being started at this moment has a copy of the descriptor until it runs its program.
        _ = LibC.Lock(_lock, LibC.Unlock);
        _lock.Dispose();
    }

    private static SafeFileHandle TakeLock(string directory, string ownerKind)
    {
        string path = System.IO.Path.Combine(directory, "lock");
        SafeFileHandle file = SecureFiles.Open(path, LibC.OpenReadWrite | LibC.OpenCreate, FileModes.Secret);
        try
        {
            if (!TryTake(file))
            {
                StateDirectoryOwner? owner = ReadOwner(file);
                throw new OnboardingException(
                    ErrorIds.StateDirectoryInUse,
                    $"The state directory {directory} belongs to another process: {(owner is null ? "pid unknown" : $"pid {owner.ProcessId} ({owner.Kind})")}.",
                    $"{(owner is null ? $"fuser -v {path}" : $"ps -fp {owner.ProcessId}")}; stop that process first, or pass another directory with --state-directory");
            }

            var record = new JsonObject { ["pid"] = Environment.ProcessId, ["kind"] = ownerKind };
            byte[] content = Encoding.UTF8.GetBytes(record.ToJsonString());
            RandomAccess.Write(file, content, 0);
            RandomAccess.SetLength(file, content.Length);
            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    // A lock that is held shared is someone's who only looks (OwnerOf), for an instant: that mustn't keep a service from starting.
    private static bool TryTake(SafeFileHandle file)
    {
        for (int attempt = 0; attempt < MostLooks; attempt++)
        {
            if (LibC.Lock(file, LibC.LockExclusive | LibC.LockNonBlocking) == 0)
            {
                return true;
            }

            if (LibC.Lock(file, LibC.LockShared | LibC.LockNonBlocking) != 0)
            {
                return false;
            }

            _ = LibC.Lock(file, LibC.Unlock);
            Thread.Sleep(BetweenLooks);
        }

        return false;
    }

    private static StateDirectoryOwner? ReadOwner(SafeFileHandle file)
    {
        byte[] content = new byte[512];
        int read = RandomAccess.Read(file, content, 0);
        try
        {
            return JsonNode.Parse(content.AsSpan(0, read)) is JsonObject record && record["pid"] is JsonValue pid && pid.TryGetValue(out int processId)
                ? new StateDirectoryOwner(processId, record["kind"] is JsonValue kind && kind.TryGetValue(out string? text) ? text : "unknown")
                : null;
        }
        catch (System.Text.Json.JsonException)
        {
            // It has the lock but didn't write its record yet.
            return null;
        }
    }
}

/// <summary>Who has a state directory.</summary>
/// <param name="ProcessId">Its process.</param>
/// <param name="Kind">What it is: <c>service</c>, <c>PowerShell</c>.</param>
public sealed record StateDirectoryOwner(int ProcessId, string Kind);
