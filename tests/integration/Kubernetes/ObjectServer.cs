using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Onboarding.Tests.Integration.KubernetesTests;

/// <summary>A small API server that keeps ConfigMaps, lists them and lets them be watched, with a history it can forget.</summary>
internal sealed class ObjectServer
{
    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, JsonObject> _objects = new(StringComparer.Ordinal);
    private readonly List<(long Version, string Line)> _history = [];
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _version = 100;
    private long _forgotten;

    /// <summary>What happened, as an informer should report it.</summary>
    public List<string> Story { get; } = [];

    /// <summary>Answers instead of the server while it isn't null.</summary>
    public Func<HttpContext, Answer?>? Intercept { get; set; }

    public IReadOnlyList<string> Content
    {
        get
        {
            lock (_lock)
            {
                return [.. _objects.Select(o => $"{o.Key}@{(string?)o.Value["metadata"]!["resourceVersion"]}").Order(StringComparer.Ordinal)];
            }
        }
    }

    public void Put(string name, string value = "v")
    {
        lock (_lock)
        {
            string type = _objects.ContainsKey(name) ? "MODIFIED" : "ADDED";
            JsonObject json = TestObjects.ConfigMap(name, Next(), value);
            _objects[name] = json;
            Record(type, name, json);
        }
    }

    public void Remove(string name)
    {
        lock (_lock)
        {
            _objects.Remove(name);
            Record("DELETED", name, TestObjects.ConfigMap(name, Next()));
        }
    }

    /// <summary>Forgets everything that happened so far: a watch from before now gets 410.</summary>
    public void Forget()
    {
        lock (_lock)
        {
            _forgotten = ++_version;
            _history.Clear();
        }
    }

    public async Task HandleAsync(HttpContext context)
    {
        if (Intercept?.Invoke(context) is { } instead)
        {
            await instead(context);
        }
        else if (context.Request.Query["watch"] == "true")
        {
            await WatchAsync(context, long.Parse(context.Request.Query["resourceVersion"]!, CultureInfo.InvariantCulture));
        }
        else
        {
            await Answers.Json(List())(context);
        }
    }

    private string List()
    {
        lock (_lock)
        {
            JsonObject[] items = [.. _objects.Values.Select(o => o.DeepClone().AsObject())];
            return TestObjects.List(_version.ToString(CultureInfo.InvariantCulture), null, items);
        }
    }

    private async Task WatchAsync(HttpContext context, long from)
    {
        await context.Response.StartAsync();
        while (!context.RequestAborted.IsCancellationRequested)
        {
            Task changed;
            string lines;
            lock (_lock)
            {
                changed = _changed.Task;
                lines = from < _forgotten
                    ? TestObjects.Error(410, "Expired") + "\n"
                    : string.Concat(_history.Where(h => h.Version > from).Select(h => h.Line + "\n"));
                from = Math.Max(from, _version);
            }

            await context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(lines), context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
            await changed.WaitAsync(context.RequestAborted);
        }
    }

    private string Next() => (++_version).ToString(CultureInfo.InvariantCulture);

    private void Record(string type, string name, JsonObject json)
    {
        Story.Add($"{type} {name}@{_version}");
        _history.Add((_version, TestObjects.Event(type, json.DeepClone().AsObject())));
        _changed.SetResult();
        _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
