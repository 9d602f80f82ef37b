using Onboarding.Testing;

namespace Onboarding.Tests.Unit.Architecture;

/// <summary>Which folder of an assembly uses which, and one file that does.</summary>
internal sealed class FolderGraph
{
    private readonly Dictionary<string, SortedDictionary<string, string>> _uses = [];

    private FolderGraph(IReadOnlyList<SourceFile> files)
    {
        ILookup<string, SourceFile> namespaces = files.ToLookup(f => f.Namespace);
        foreach (SourceFile file in files.Where(f => f.Folder.Length > 0))
        {
            foreach (string used in Used(file, namespaces).Where(used => used.Length > 0 && used != file.Folder))
            {
                if (!_uses.TryGetValue(file.Folder, out SortedDictionary<string, string>? uses))
                {
                    _uses.Add(file.Folder, uses = new SortedDictionary<string, string>(StringComparer.Ordinal));
                }

                uses.TryAdd(used, file.Path);
            }
        }
    }

    /// <summary>The graph of a folder of the repository that has a project.</summary>
    public static FolderGraph ReadAssembly(string assembly)
    {
        string root = Path.Combine(Repository.Root, assembly);
        return Parse(Directory.EnumerateFiles(root, "*.cs", SearchOption.AllDirectories)
            .Select(path => (Path: Path.GetRelativePath(root, path), Text: path))
            .Where(f => f.Path.Split(Path.DirectorySeparatorChar)[0] is not ("obj" or "bin"))
            .Select(f => (f.Path, File.ReadAllText(f.Text))));
    }

    /// <summary>The graph of files, by their path in the assembly.</summary>
    public static FolderGraph Parse(IEnumerable<(string Path, string Text)> files) =>
        new([.. files.Select(f => SourceFile.Parse(f.Path, f.Path.Split('/') is [var folder, _, ..] ? folder : "", f.Text))]);

    /// <summary>The shortest cycle, one line for each step; empty where there is none.</summary>
    public IReadOnlyList<string> ShortestCycle() => _uses.Keys.Order(StringComparer.Ordinal).Select(CycleThrough).Where(c => c.Count > 0).MinBy(c => c.Count) ?? [];

    private List<string> CycleThrough(string start)
    {
        // Breadth first: the first way back is the shortest.
        Dictionary<string, string> cameFrom = [];
        Queue<string> next = new([start]);
        while (next.TryDequeue(out string? folder))
        {
            foreach (string used in _uses.GetValueOrDefault(folder)?.Keys ?? Enumerable.Empty<string>())
            {
                if (!cameFrom.TryAdd(used, folder))
                {
                    continue;
                }

                if (used == start)
                {
                    return Steps(start, cameFrom);
                }

                next.Enqueue(used);
            }
        }

        return [];
    }

    private List<string> Steps(string start, Dictionary<string, string> cameFrom)
    {
        List<string> steps = [];
        string to = start;
        do
        {
            string from = cameFrom[to];
            steps.Insert(0, $"{from} uses {to} ({_uses[from][to]})");
            to = from;
        }
        while (to != start);

        return steps;
    }

    // The compiler looks a name up in each enclosing namespace, too: Rpc.Plane in Onboarding.Client.Flow may be Onboarding.Client.Rpc.Plane.
    private static IEnumerable<string> Used(SourceFile file, ILookup<string, SourceFile> namespaces)
    {
        IEnumerable<SourceFile> imported = file.Usings.SelectMany(u => namespaces.Contains(u) ? namespaces[u] : Declaring(u, namespaces));
        string[] parts = file.Namespace.Split('.');
        IEnumerable<string> prefixes = Enumerable.Range(0, parts.Length + 1).Select(i => string.Concat(parts.Take(i).Select(p => p + ".")));
        IEnumerable<SourceFile> qualified = file.QualifiedNames.SelectMany(name => prefixes.SelectMany(prefix => DeclaringAny(prefix + name, namespaces)));
        return imported.Concat(qualified).Select(f => f.Folder);
    }

    private static IEnumerable<SourceFile> DeclaringAny(string name, ILookup<string, SourceFile> namespaces)
    {
        for (int dot = name.IndexOf('.', StringComparison.Ordinal); dot >= 0; dot = name.IndexOf('.', dot + 1))
        {
            int end = name.IndexOf('.', dot + 1);
            foreach (SourceFile file in Declaring(end < 0 ? name : name[..end], namespaces))
            {
                yield return file;
            }
        }
    }

    private static IEnumerable<SourceFile> Declaring(string type, ILookup<string, SourceFile> namespaces)
    {
        int dot = type.LastIndexOf('.');
        return dot < 0 ? [] : namespaces[type[..dot]].Where(f => f.Types.Contains(type[(dot + 1)..]));
    }
}
