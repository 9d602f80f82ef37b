using System.Text.Json.Nodes;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.E2E.Images;

/// <summary>
/// Images as <c>docs/install.md</c> makes them: published, pushed, pulled from a registry and run by crun, as a user without rights and on a
/// root file system that can't be written.
/// </summary>
public sealed class ImageTests : IAsyncLifetime
{
    private const string User = "1654";
    private static readonly string[] Labels = ["title", "version", "vendor", "licenses", "base.name", "base.digest"];
    private readonly TemporaryDirectory _directory = new();
    private ImageRegistry _registry = null!;

    public async ValueTask InitializeAsync()
    {
        Capability.Images.Require();
        _registry = await ImageRegistry.StartAsync(_directory);
    }

    public async ValueTask DisposeAsync()
    {
        if (_registry is not null)
        {
            await _registry.DisposeAsync();
        }

        _directory.Dispose();
    }

    [Fact]
    public async Task Programs_are_published_pushed_pulled_and_run_and_equal_files_make_an_equal_image()
    {
        foreach (string program in (string[])["endpoint", "operator"])
        {
            await ImageRegistry.RunAsync(
                "dotnet", "publish", Path.Combine(Repository.Root, program), "--no-build", "--nologo", "-c", Configuration, "-o", _directory[program]);
            await TryAsync(program, $"onboarding-{program}", "-p:ContainerRuntimeIdentifier=linux-x64");
        }

        // The one that ships: it brings its own runtime, and in a container it is the service.
        await ImageRegistry.RunAsync("cp", "-r", Path.Combine(Repository.Root, "artifacts/agent"), _directory["agent-host"]);
        JsonNode config = await TryAsync("agent-host", "onboarding-agent", "-p:RuntimeIdentifier=linux-x64");
        config["Entrypoint"]!.AsArray().Select(a => (string)a!).ShouldBe(["/app/onboarding-agent"]);
        config["Cmd"]!.AsArray().Select(a => (string)a!).ShouldBe(["run"]);
    }

    private static string Configuration => new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;

    private async Task<JsonNode> TryAsync(string project, string name, string platform)
    {
        // As another build of the same commit would leave them: the same bytes, at another time and in another order.
        await ImageRegistry.RunAsync("sh", "-ec", $"mkdir '{_directory[project]}-again'; ls -r '{_directory[project]}' | while read -r f; do cp -r '{_directory[project]}/'\"$f\" '{_directory[project]}-again/'; done");
        string digest = await MakeAsync(project, _directory[project], platform);
        (await MakeAsync(project, $"{_directory[project]}-again", platform)).ShouldBe(digest);

        await _registry.PushAsync($"oci-archive:{_directory[project]}.tar", $"mesh/{name}:tried");
        await _registry.PullAsync($"mesh/{name}:tried", $"{_directory["pulled"]}:{name}");
        JsonNode config = JsonNode.Parse(await ImageRegistry.RunAsync("skopeo", "inspect", "--config", $"oci:{_directory["pulled"]}:{name}"))!["config"]!;
        ((string?)config["User"]).ShouldBe(User);
        config["Labels"]!.AsObject().Select(l => l.Key).ShouldBeSubsetOf(Labels.Select(l => $"org.opencontainers.image.{l}")
            .Concat(["org.opencontainers.image.authors", "org.opencontainers.image.description", "org.opencontainers.artifact.description"]));
        Labels.ShouldAllBe(l => config["Labels"]![$"org.opencontainers.image.{l}"] != null);

        string bundle = _directory[$"bundle-{name}"];
        await ImageRegistry.RunAsync("umoci", "unpack", "--image", $"{_directory["pulled"]}:{name}", bundle);
        File.Exists(Path.Combine(bundle, "rootfs/app/THIRD-PARTY-NOTICES.txt")).ShouldBeTrue();
        JsonNode list = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(bundle, "rootfs/app/sbom.cdx.json")))!;
        ((string?)list["metadata"]!["component"]!["name"]).ShouldBe(name);
        list["components"]!.AsArray().Select(c => ((string)c!["purl"]!).Split('@')[0]).ShouldContain("pkg:nuget/Google.Protobuf");
        (await CrunAsync(bundle, name, "--version")).ShouldMatch(@"\d+\.\d+\.\d+");
        (await CrunAsync(bundle, name, "--help")).ShouldContain("--");
        return config;
    }

    private async Task<string> MakeAsync(string project, string published, string platform) => (await ImageRegistry.RunAsync(
        "env", $"DOTNET_CONTAINER_INSECURE_REGISTRIES={_registry.Address}", Path.Combine(Repository.Root, "build/image.sh"),
        project, published, $"{published}.tar", platform, $"-p:ContainerBaseImage={_registry.Base}")).Trim();

    // With the restrictions of our Deployments.
    private static async Task<string> CrunAsync(string bundle, string name, params string[] arguments)
    {
        string file = Path.Combine(bundle, "config.json");
        JsonNode image = JsonNode.Parse(await File.ReadAllTextAsync(file))!["process"]!;
        string[] entry = [.. image["args"]!.AsArray().Select(a => (string)a!).Where(a => a != "run")];
        var run = new JsonObject
        {
            ["ociVersion"] = "1.0.2",
            ["root"] = new JsonObject { ["path"] = "rootfs", ["readonly"] = true },
            ["process"] = new JsonObject
            {
                ["user"] = image["user"]!.DeepClone(),
                ["args"] = new JsonArray([.. entry.Concat(arguments).Select(a => (JsonNode)a)]),
                ["env"] = new JsonArray([.. image["env"]!.AsArray().Select(e => e!.DeepClone()), "DOTNET_EnableDiagnostics=0"]),
                ["cwd"] = (string)image["cwd"]!,
                ["noNewPrivileges"] = true,
                ["capabilities"] = new JsonObject(),
            },
            ["mounts"] = new JsonArray(new JsonObject { ["destination"] = "/proc", ["type"] = "proc", ["source"] = "proc" }),
            ["linux"] = new JsonObject
            {
                ["namespaces"] = new JsonArray([.. ((string[])["pid", "mount", "ipc", "uts", "network"]).Select(n => new JsonObject { ["type"] = n })]),
            },
        };
        await File.WriteAllTextAsync($"{file}.run", run.ToJsonString());
        // crun refuses a machine with both kinds of control groups; it needs none here.
        return await ImageRegistry.RunAsync(
            "unshare", "--mount", "sh", "-ec",
            $"umount /sys/fs/cgroup/unified 2>/dev/null || true; cd '{bundle}'; exec crun --root '{bundle}/crun' run --config '{file}.run' {name}-{Environment.ProcessId}");
    }
}
