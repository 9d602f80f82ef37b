using System.Net.Sockets;
using System.Text;

namespace Onboarding.Tests.IstioPackage.Proxy;

/// <summary>
/// The socket by which Envoy gets its certificate. Recorded: where its directory can't be made, pilot-agent tries five times in 31 s, says so,
/// and stays up without one.
/// </summary>
internal sealed class SecretsServer(WorkloadCertificate certificate)
{
    public const string SocketPath = "var/run/secrets/workload-spiffe-uds/socket";
    private const int Tries = 5;

    public async Task RunAsync(CancellationToken stop)
    {
        SidecarLog.Info("sds\tStarting SDS grpc server");
        var pause = TimeSpan.FromSeconds(1);
        for (int i = 0; i < Tries; i++)
        {
            if (Listen() is { } listener)
            {
                await ServeAsync(listener, stop);
                return;
            }

            await Task.Delay(pause, stop);
            pause *= 2;
        }

        SidecarLog.Warn("sds\tSDS grpc server could not be started");
    }

    private static Socket? Listen()
    {
        string directory = Path.GetDirectoryName(SocketPath)!;
        try
        {
            Directory.CreateDirectory(directory);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            SidecarLog.Warn($"Failed to create directory for {SocketPath}: mkdir {directory}: permission denied");
        }

        var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            File.Delete(SocketPath);
            listener.Bind(new UnixDomainSocketEndPoint(SocketPath));
            listener.Listen();
            return listener;
        }
        catch (Exception e) when (e is SocketException or IOException or UnauthorizedAccessException)
        {
            listener.Dispose();
            SidecarLog.Error(
                "sds\tSDS grpc server for workload proxies failed to set up UDS: failed to listen on unix socket "
                + $"\"{SocketPath}\": listen unix {SocketPath}: bind: no such file or directory");
            return null;
        }
    }

    // Not Envoy's protocol: what connects gets the certificate, and the end.
    private async Task ServeAsync(Socket listener, CancellationToken stop)
    {
        while (true)
        {
            using Socket connection = await listener.AcceptAsync(stop);
            try
            {
                await connection.SendAsync(Encoding.ASCII.GetBytes(certificate.Chain), stop);
            }
            catch (SocketException)
            {
                // It only looked whether someone answers.
            }
        }
    }
}
