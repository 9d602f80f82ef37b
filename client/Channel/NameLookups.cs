using System.Net;
using System.Net.Sockets;
using Onboarding.Client.Native;
using Onboarding.Client.Processes;

namespace Onboarding.Client.Channel;

/// <summary>
/// How names are looked up. With DNS capture on, Istio's raw rules put UDP queries to the machine's resolver and their answers into
/// different conntrack zones; a firewall that lets in only what is established then drops the answers that a group gets which is left
/// out of the redirection, the agent's. Over TCP they arrive. glibc's resolver does that where <c>RES_OPTIONS</c> says so.
/// </summary>
internal static class NameLookups
{
    private const string Variable = "RES_OPTIONS";
    private const string Tcp = "use-vc";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(8);
    private static volatile bool _useTcp;
    private static volatile bool _tcpFails;

    /// <summary>What this process's plugins are started with.</summary>
    public static IReadOnlyDictionary<string, string> OfChildren => _useTcp && !_tcpFails ? ByTcp() : new Dictionary<string, string>();

    /// <summary>
    /// Makes this process ask over TCP, from its first look-up on: glibc reads the variable then and never again. Only for a process
    /// whose connections aren't redirected; for others Istio's resolver on this machine answers.
    /// </summary>
    public static void UseTcp()
    {
        // Environment.SetEnvironmentVariable changes a copy of .NET's own that glibc never sees. That copy is what children get: the
        // sidecar isn't of the agent's group, and shall ask as it likes. A native binary makes the copy no sooner than it has to, and
        // would hand the children what is set below: make it now.
        Environment.SetEnvironmentVariable(Variable, Environment.GetEnvironmentVariable(Variable));
        _useTcp = LibC.SetEnvironment(Variable, ByTcp()[Variable], 1) == 0;
    }

    /// <summary>
    /// Looks a name up by the way that this process doesn't take by itself: over UDP where it asks over TCP, and the other way round.
    /// </summary>
    /// <exception cref="SocketException">That doesn't find it either, or can't be tried.</exception>
    public static async Task<IPAddress[]> OtherWayAsync(string host)
    {
        // A process of its own: within this one, glibc doesn't change its mind.
        FinishedCommand found = Executables.Find("getent") is { } getent
            ? await FinishedCommand.RunAsync(
                new Launch(getent) { Arguments = ["ahosts", host], Environment = _useTcp ? new Dictionary<string, string>() : ByTcp() }, Patience)
            : new FinishedCommand(1, "", "");
        IPAddress[] addresses =
        [
            .. found.Output.Split('\n').Select(line => line.Split(' ', '\t')[0]).Distinct()
                .Select(word => IPAddress.TryParse(word, out IPAddress? address) ? address : null).OfType<IPAddress>(),
        ];
        return addresses.Length > 0 ? addresses : throw new SocketException((int)SocketError.HostNotFound);
    }

    /// <summary>True if look-ups over TCP failed where those over UDP didn't.</summary>
    public static bool IsOtherWayBetter => _tcpFails;

    /// <summary>The other way found what this process's own didn't: plugins needn't try it first.</summary>
    public static void OtherWayWasBetter() => _tcpFails = _useTcp;

    private static Dictionary<string, string> ByTcp() => new()
    {
        [Variable] = $"{Environment.GetEnvironmentVariable(Variable)} {Tcp}".TrimStart(),
    };
}
