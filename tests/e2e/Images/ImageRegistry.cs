using System.Diagnostics;
using System.Globalization;
using Onboarding.Testing;
using Onboarding.Tests.E2E.Packages;
using Shouldly;

namespace Onboarding.Tests.E2E.Images;

/// <summary>
/// Debian's registry on loopback, with a base of Debian's packages and .NET's runtime: it stands for the chiselled image that
/// <c>docs/install.md</c> names, which can't be had everywhere.
/// </summary>
internal sealed class ImageRegistry : IAsyncDisposable
{
    private const string Suite = "bookworm";
    private const string Programs = "PATH=/usr/share/dotnet:/usr/bin:/bin";
    private readonly TemporaryDirectory _directory;
    private readonly Process _process;

    private ImageRegistry(TemporaryDirectory directory, Process process, int port)
    {
        (_directory, _process) = (directory, process);
        Address = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}");
    }

    /// <summary>Host and port.</summary>
    public string Address { get; }

    /// <summary>The image that programs are put on.</summary>
    public string Base => $"{Address}/base:amd64";

    public static async Task<ImageRegistry> StartAsync(TemporaryDirectory directory)
    {
        int port = TestPorts.Next();
        await File.WriteAllTextAsync(directory["registry.yml"], $$"""
            version: 0.1
            log:
              level: error
            storage:
              filesystem:
                rootdirectory: {{directory["registry"]}}
            http:
              addr: "127.0.0.1:{{port}}"
            """);
        var process = Process.Start(new ProcessStartInfo("docker-registry", ["serve", directory["registry.yml"]]) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
        var registry = new ImageRegistry(directory, process, port);
        using var http = new HttpClient();
        await Eventually.Is(() => AnswersAsync(http, $"http://{registry.Address}/v2/"), "the registry answers");
        await registry.PushBaseAsync();
        return registry;
    }

    /// <summary>Pushes an archive of OCI.</summary>
    public Task PushAsync(string archive, string name) =>
        RunAsync("skopeo", "copy", "--quiet", "--insecure-policy", "--dest-tls-verify=false", archive, $"docker://{Address}/{name}");

    /// <summary>Pulls an image into a layout of OCI.</summary>
    public Task PullAsync(string name, string layout) =>
        RunAsync("skopeo", "copy", "--quiet", "--insecure-policy", "--src-tls-verify=false", $"docker://{Address}/{name}", $"oci:{layout}");

    /// <summary>Runs a program that has to succeed.</summary>
    /// <returns>What it printed.</returns>
    public static async Task<string> RunAsync(string program, params string[] arguments)
    {
        (int code, string said) = await PublishedTree.RunAsync(program, arguments);
        code.ShouldBe(0, $"{program} {string.Join(' ', arguments)}\n{said}");
        return said;
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private async Task PushBaseAsync()
    {
        string layout = $"{_directory["base"]}:base";
        await RunAsync(
            "mmdebstrap", "--quiet", "--variant=extract",
            "--include=base-files,ca-certificates,libc6,libgcc-s1,libssl3,libstdc++6,zlib1g", Suite, _directory["root.tar"]);
        string runtime = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(typeof(object).Assembly.Location)!, "../../.."));
        await RunAsync(
            "tar", "--sort=name", "--mtime=@0", "--owner=0", "--group=0", "-C", runtime, "--transform", "s,^\\.,usr/share/dotnet,",
            "-cf", _directory["dotnet.tar"], "./dotnet", "./host", "./shared/Microsoft.NETCore.App", "./shared/Microsoft.AspNetCore.App");
        await RunAsync("umoci", "init", "--layout", _directory["base"]);
        await RunAsync("umoci", "new", "--image", layout);
        await RunAsync("umoci", "raw", "add-layer", "--image", layout, _directory["root.tar"]);
        await RunAsync("umoci", "raw", "add-layer", "--image", layout, _directory["dotnet.tar"]);
        await RunAsync(
            "umoci", "config", "--image", layout, "--os", "linux", "--architecture", "amd64",
            "--config.env", Programs, "--config.env", "DOTNET_ROOT=/usr/share/dotnet", "--config.env", "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=true");
        await PushAsync($"oci:{layout}", "base:amd64");
    }

    private static async Task<bool> AnswersAsync(HttpClient http, string url)
    {
        try
        {
            return (await http.GetAsync(url)).IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
