using System.Net.Security;
using System.Reflection;
using System.Runtime.InteropServices;

namespace Onboarding.Endpoint.Hosting.Connections;

/// <summary>
/// Has OpenSSL give the buffers of a connection back while nothing moves on it. It keeps two of 17 kB for each otherwise, which is a third of what
/// an idle session costs; web servers set the same mode. .NET has no setting for it, so its handle is asked for. Where .NET or OpenSSL look
/// different one day, connections keep their buffers, and a test says so.
/// </summary>
internal static class TlsBuffers
{
    private const int ControlMode = 33; // SSL_CTRL_MODE of ssl.h
    private const nint ReleaseBuffers = 0x10; // SSL_MODE_RELEASE_BUFFERS

    private static readonly FieldInfo? Context = typeof(SslStream).GetField("_securityContext", BindingFlags.Instance | BindingFlags.NonPublic);
    private static readonly Lazy<ControlFunction?> Control = new(Find);

    // long SSL_ctrl(SSL *ssl, int cmd, long larg, void *parg)
    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate nint ControlFunction(nint ssl, int command, nint number, nint pointer);

    /// <summary>Sets the mode on a connection whose handshake is done.</summary>
    /// <returns>False if it keeps its buffers.</returns>
    public static bool Release(SslStream stream)
    {
        if (Context?.GetValue(stream) is not SafeHandle { IsInvalid: false, IsClosed: false } ssl
            || ssl.GetType().Name != "SafeSslHandle"
            || Control.Value is not { } control)
        {
            return false;
        }

        bool isHeld = false;
        try
        {
            ssl.DangerousAddRef(ref isHeld);
            return (control(ssl.DangerousGetHandle(), ControlMode, ReleaseBuffers, 0) & ReleaseBuffers) != 0;
        }
        finally
        {
            if (isHeld)
            {
                ssl.DangerousRelease();
            }
        }
    }

    // The very library that .NET loaded: a handle of one means nothing to another.
    private static ControlFunction? Find()
    {
        string[] loaded;
        try
        {
            loaded = [.. File.ReadLines("/proc/self/maps").Select(line => line[(line.LastIndexOf(' ') + 1)..]).Where(path => path.Contains("/libssl.so", StringComparison.Ordinal)).Distinct()];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }

        return loaded is [string path] && NativeLibrary.TryLoad(path, out nint library) && NativeLibrary.TryGetExport(library, "SSL_ctrl", out nint control)
            ? Marshal.GetDelegateForFunctionPointer<ControlFunction>(control)
            : null;
    }
}
