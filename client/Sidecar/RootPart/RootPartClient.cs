using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Onboarding.Client.Errors;

namespace Onboarding.Client.Sidecar.RootPart;

/// <summary>Asks the part that runs as root. One connection carries one verb and its answer.</summary>
/// <param name="path">Its socket, which systemd listens on.</param>
internal sealed class RootPartClient(string path)
{
    /// <summary>The socket of the package's unit.</summary>
    public const string DefaultPath = "/run/onboarding-agent-root.sock";

    private const int LongestAnswer = 64 * 1024;

    /// <summary>Asks, and waits for the answer.</summary>
    /// <param name="verb">What to do.</param>
    /// <exception cref="OnboardingException">It failed, or could not be asked.</exception>
    public RootAnswer Call(RootVerb verb)
    {
        try
        {
            using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            socket.Connect(new UnixDomainSocketEndPoint(path));
            socket.Send(Encoding.ASCII.GetBytes($"{verb}\n"));
            socket.Shutdown(SocketShutdown.Send);
            return Read(socket).OrThrow();
        }
        catch (Exception e) when (e is SocketException or JsonException)
        {
            throw new OnboardingException(
                ErrorIds.SidecarFailed,
                $"The part of the agent that runs as root did not answer {verb} on {path}: {e.Message}.",
                "systemctl status onboarding-agent-root.socket; journalctl -u 'onboarding-agent-root@*' -n 50",
                e);
        }
    }

    /// <summary>The same without holding the caller's thread.</summary>
    /// <param name="verb">What to do.</param>
    public Task<RootAnswer> CallAsync(RootVerb verb) => Task.Run(() => Call(verb));

    private static RootAnswer Read(Socket socket)
    {
        byte[] buffer = new byte[LongestAnswer];
        int length = 0;
        while (length < buffer.Length && socket.Receive(buffer.AsSpan(length)) is > 0 and int read)
        {
            length += read;
        }

        return JsonSerializer.Deserialize(buffer.AsSpan(0, length), RootAnswerJson.Default.RootAnswer)
            ?? throw new JsonException("the answer is empty");
    }
}
