using System.Text.Json.Nodes;

namespace Onboarding.Kubernetes.Configuration;

/// <summary>One kubeconfig, or several merged by kubectl's rule: the first file to set a value or to define a name wins.</summary>
internal sealed class Kubeconfig
{
    private readonly List<string> _files = [];
    private readonly Dictionary<string, KubeconfigEntry> _clusters = new(StringComparer.Ordinal);
    private readonly Dictionary<string, KubeconfigEntry> _users = new(StringComparer.Ordinal);
    private readonly Dictionary<string, KubeconfigEntry> _contexts = new(StringComparer.Ordinal);

    private Kubeconfig()
    {
    }

    public string? CurrentContext { get; private set; }

    public string Files => string.Join(Path.PathSeparator, _files);

    public static Kubeconfig Read(IEnumerable<string> files)
    {
        var merged = new Kubeconfig();
        foreach (string file in files.Select(Path.GetFullPath))
        {
            merged.Add(file, KubeconfigFile.Read(file));
        }

        return merged;
    }

    public KubeconfigEntry Context(string name) => Find(_contexts, name, "context", "kubectl config get-contexts");

    public KubeconfigEntry Cluster(string name) => Find(_clusters, name, "cluster", "kubectl config get-clusters");

    public KubeconfigEntry User(string name) => Find(_users, name, "user", "kubectl config get-users");

    public IReadOnlyList<KubeconfigContext> ListContexts() =>
    [
        .. _contexts.OrderBy(c => c.Key, StringComparer.Ordinal).Select(c => new KubeconfigContext(
            c.Key, c.Value.Text("cluster") ?? "", c.Value.Text("namespace"), c.Key == CurrentContext, c.Value.File)),
    ];

    public KubeConfigException NoContext() =>
        new($"{Files} has no current-context. Choose one of {Names(_contexts)} with: kubectl config use-context NAME");

    private void Add(string file, JsonObject json)
    {
        _files.Add(file);
        CurrentContext ??= json.Text("current-context") is { Length: > 0 } current ? current : null;
        Add(_clusters, file, json, "clusters", "cluster");
        Add(_users, file, json, "users", "user");
        Add(_contexts, file, json, "contexts", "context");
    }

    private static void Add(Dictionary<string, KubeconfigEntry> entries, string file, JsonObject json, string list, string item)
    {
        if (json[list] is not (null or JsonArray))
        {
            throw new KubeConfigException($"{file}: {list} must be a list.");
        }

        HashSet<string> inThisFile = new(StringComparer.Ordinal);
        foreach (JsonObject named in json.Objects(list))
        {
            string name = named.Text("name") ?? throw new KubeConfigException($"{file}: an item of {list} has no name.");
            if (!inThisFile.Add(name))
            {
                throw new KubeConfigException($"{file}: {list} has two items named '{name}'; remove one.");
            }

            entries.TryAdd(name, new KubeconfigEntry(named.Object(item) ?? [], file, $"{list}[{name}].{item}"));
        }
    }

    private KubeconfigEntry Find(Dictionary<string, KubeconfigEntry> entries, string name, string what, string command) =>
        entries.TryGetValue(name, out KubeconfigEntry? entry)
            ? entry
            : throw new KubeConfigException($"{Files} has no {what} '{name}'; it has {Names(entries)}. List them with: {command}");

    private static string Names(Dictionary<string, KubeconfigEntry> entries) =>
        entries.Count == 0 ? "none" : string.Join(", ", entries.Keys.Order(StringComparer.Ordinal));
}
