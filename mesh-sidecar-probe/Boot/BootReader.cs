using System.Text.Json.Nodes;
using Onboarding.BootConfiguration;

namespace Onboarding.SidecarProbe.Boot;

/// <summary>Reads a boot directory; what can't be read at all is a problem, and is as empty then.</summary>
internal sealed class BootReader(string directory, TimeProvider time)
{
    private const string Check = "readable";

    private readonly List<BootProblem> _problems = [];

    public IReadOnlyList<BootProblem> Problems => _problems;

    public async Task<BootContents> ReadAsync(CancellationToken cancellation)
    {
        IReadOnlyDictionary<string, string> variables = await VariablesAsync(cancellation);
        JsonObject mesh = Mesh(await TextAsync(BootFileNames.MeshYaml, cancellation));
        string roots = await TextAsync(BootFileNames.RootCertificate, cancellation) ?? "";
        string token = await TextAsync(BootFileNames.Token, cancellation) ?? "";
        string hosts = await TextAsync(BootFileNames.Hosts, cancellation) ?? "";
        return new BootContents(directory, variables, mesh, roots, token.Trim(), HostsTable.Parse(hosts), time.GetUtcNow())
        {
            RevocationLists = File.Exists(Path.Combine(directory, BootFileNames.RevocationLists)) ? await TextAsync(BootFileNames.RevocationLists, cancellation) : null,
        };
    }

    private async Task<IReadOnlyDictionary<string, string>> VariablesAsync(CancellationToken cancellation)
    {
        if (await TextAsync(BootFileNames.ClusterEnv, cancellation) is not null)
        {
            try
            {
                return await ShellVariables.ReadAsync(Path.Combine(directory, BootFileNames.ClusterEnv), cancellation);
            }
            catch (InvalidDataException e)
            {
                Add(BootFileNames.ClusterEnv, e.Message);
            }
        }

        return new Dictionary<string, string>();
    }

    private JsonObject Mesh(string? text)
    {
        try
        {
            return text is null ? [] : MeshYaml.Read(text);
        }
        catch (BootConfigurationException e)
        {
            Add(BootFileNames.MeshYaml, e.Message);
            return [];
        }
    }

    private async Task<string?> TextAsync(string file, CancellationToken cancellation)
    {
        try
        {
            return await File.ReadAllTextAsync(Path.Combine(directory, file), cancellation);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Add(file, e.Message);
            return null;
        }
    }

    private void Add(string file, string message) => _problems.Add(new BootProblem(Check, file, file, message));
}
