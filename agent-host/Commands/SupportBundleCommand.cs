using System.CommandLine;
using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;
using Onboarding.Client.Processes;

namespace Onboarding.AgentHost.Commands;

/// <summary>
/// <c>support-bundle</c>: what people who help ask for, in one file, without secrets. It is made of what the other commands print; keys, tokens and
/// the state directory itself are never read for it.
/// </summary>
internal sealed class SupportBundleCommand(OutputChoice choice, TextWriter output, TextWriter errors)
{
    private const string Program = "onboarding-agent";
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private static readonly (string Name, string[] Arguments)[] Own =
    [
        ("version.txt", ["version"]),
        ("validate.txt", ["validate"]),
        ("status.json", ["status", "--output", "Json"]),
        ("check.json", ["check", "--output", "Json"]),
        ("bootconfig.txt", ["bootconfig", "show"]),
        ("bootconfig-pending.txt", ["bootconfig", "diff"]),
        ("sidecar-log.txt", ["sidecar", "logs", "--lines", "1000"]),
    ];

    private static readonly (string Name, string Path, string[] Arguments)[] Machine =
    [
        ("system.txt", "/usr/bin/uname", ["-a"]),
        ("units.txt", "/usr/bin/systemctl", ["--no-pager", "status", Program, $"{Program}-root.socket", "istio"]),
        ("journal.txt", "/usr/bin/journalctl", ["--no-pager", "-n", "2000", "-u", $"{Program}*", "-u", "istio"]),
    ];

    /// <summary>The command.</summary>
    /// <param name="shared">The options that say where things are: the other commands are given them, too.</param>
    public Command Build(params IReadOnlyList<Option<string>> shared)
    {
        var file = new Option<string>("--file")
        {
            Description = "Where to write it; a file that is there is not replaced.",
            DefaultValueFactory = _ => $"{Program}-support.tar.gz",
        };
        var command = new Command("support-bundle", "Write what people who help ask for into one file, without secrets.") { file };
        command.SetAction((parsed, _) => RunAsync(
            parsed.GetRequiredValue(file),
            choice.IsJson(parsed),
            [.. shared.SelectMany(option => new[] { option.Name, parsed.GetRequiredValue(option) })],
            [.. shared.Select(option => parsed.GetRequiredValue(option)).Where(File.Exists)]));
        return command;
    }

    private async Task<int> RunAsync(string path, bool isJson, string[] places, string[] configuration)
    {
        try
        {
            await using var file = new FileStream(
                path, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = OwnerOnly, BufferSize = 0 });
            try
            {
                await file.WriteAsync(await CollectAsync(places, configuration));
            }
            catch (IOException)
            {
                // The disk is full: half a bundle helps no one, and would be in the way of the next.
                File.Delete(path);
                throw;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            await errors.WriteLineAsync($"Could not write {path}: {e.Message.TrimEnd('.')}. Next: {Program} support-bundle --file /tmp/{Program}-support.tar.gz");
            return ExitCodes.Failure;
        }

        await output.WriteLineAsync(isJson
            ? new JsonObject { ["file"] = Path.GetFullPath(path) }.ToJsonString()
            : $"{Path.GetFullPath(path)}: look through it before you send it: tar -xzOf {path} | less");
        return ExitCodes.Success;
    }

    private static async Task<byte[]> CollectAsync(string[] places, string[] configuration)
    {
        using var content = new MemoryStream();
        await using (var compressed = new GZipStream(content, CompressionLevel.Optimal))
        await using (var bundle = new TarWriter(compressed, TarEntryFormat.Pax))
        {
            foreach ((string name, string[] arguments) in Own)
            {
                var said = new StringWriter();
                int code = await AgentCommandLine.RunAsync([.. arguments, .. places], said, said);
                await AddAsync(bundle, name, $"{said}\nexit code {code}\n");
            }

            foreach (string each in configuration)
            {
                await AddAsync(bundle, $"configuration/{Path.GetFileName(each)}", await ReadAsync(each));
            }

            foreach ((string name, string program, string[] arguments) in Machine)
            {
                FinishedCommand said = await FinishedCommand.RunAsync(new Launch(program) { Arguments = arguments }, Patience);
                await AddAsync(bundle, name, said.Output + said.Errors);
            }
        }

        return content.ToArray();
    }

    // What can't be read is what people who help want to know.
    private static async Task<string> ReadAsync(string path)
    {
        try
        {
            return await File.ReadAllTextAsync(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"could not be read: {e.Message}";
        }
    }

    private static async Task AddAsync(TarWriter bundle, string name, string text) => await bundle.WriteEntryAsync(
        new PaxTarEntry(TarEntryType.RegularFile, $"{Program}-support/{name}")
        {
            Mode = OwnerOnly,
            DataStream = new MemoryStream(Encoding.UTF8.GetBytes(BundleRedaction.Apply(text))),
        });
}
