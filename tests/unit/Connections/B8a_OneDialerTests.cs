using System.Net;
using System.Text.RegularExpressions;
using Onboarding.Connections;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Unit.Connections;

/// <summary>Every TCP connection that we make is the dialer's.</summary>
public sealed partial class B8a_OneDialerTests
{
    // They talk to this machine, or to a metadata service, which have one address.
    private static readonly string[] OneAddress =
    [
        "client/Channel/KeptAliveConnections.cs", "client/Credentials/Platforms/MetadataClient.cs", "client/Sidecar/SidecarCertificate.cs",
        "client/Sidecar/ReadinessWatch.cs",
    ];

    [Fact]
    public void Handlers_dial_by_it()
    {
        string[] others = [.. Sources().Where(file => NewHandler().IsMatch(File.ReadAllText(file)))
            .Where(file => !File.ReadAllText(file).Contains("ConnectCallback", StringComparison.Ordinal)).Select(Name)];

        others.ShouldBe(OneAddress, ignoreOrder: true);
    }

    [Fact]
    public void Nothing_else_opens_TCP_connections() => Sources()
        .Where(file => TcpSocket().IsMatch(File.ReadAllText(file)) && File.ReadAllText(file).Contains("ConnectAsync(", StringComparison.Ordinal))
        .Select(Name).ShouldBe(["connections/Dialer.cs"], ignoreOrder: true);

    [Fact]
    public void Families_take_turns_beginning_with_the_preferred_one() => Dialer
        .InTurn([.. new[] { "2001:db8::1", "2001:db8::2", "192.0.2.1", "2001:db8::3", "192.0.2.2" }.Select(IPAddress.Parse)])
        .Select(a => a.ToString()).ShouldBe(["2001:db8::1", "192.0.2.1", "2001:db8::2", "192.0.2.2", "2001:db8::3"]);

    private static IEnumerable<string> Sources() =>
        new[] { "agent-host", "client", "connections", "endpoint", "fleet", "kubernetes", "kubernetes-controller", "laptop", "mesh-sidecar-probe", "operator", "plane" }
            .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Repository.Root, folder), "*.cs", SearchOption.AllDirectories))
            .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal));

    private static string Name(string file) => Path.GetRelativePath(Repository.Root, file).Replace('\\', '/');

    [GeneratedRegex(@"new SocketsHttpHandler\b|SocketsHttpHandler Handler\(\) => new\(\)")]
    private static partial Regex NewHandler();

    [GeneratedRegex(@"new TcpClient\b|ProtocolType\.Tcp")]
    private static partial Regex TcpSocket();
}
