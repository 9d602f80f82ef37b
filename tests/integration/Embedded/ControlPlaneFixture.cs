using Onboarding.Embedded;
using Onboarding.Testing;
using Xunit;

namespace Onboarding.Tests.Integration.Embedded;

/// <summary>One control plane for the tests of a class.</summary>
public sealed class ControlPlaneFixture : IAsyncLifetime
{
    private readonly TemporaryDirectory _directory = new();
    private readonly TestLog _log = new();
    private EmbeddedControlPlane? _plane;
    private ApiClient? _client;

    public ApiClient Client => _client!;

    public EmbeddedControlPlane Plane => _plane!;

    public async ValueTask InitializeAsync()
    {
        _plane = await EmbeddedControlPlane.StartAsync(new EmbeddedControlPlaneOptions
        {
            DataDirectory = _directory["plane"],
            ApiPort = 0,
            IstiodPort = 0,
            LoggerFactory = _log,
        });
        _client = new ApiClient(_plane.KubeconfigPath);
    }

    public async ValueTask DisposeAsync()
    {
        _client!.Dispose();
        await _plane!.DisposeAsync();
        _log.Dispose();
        _directory.Dispose();
    }

    /// <summary>A namespace of the test's own.</summary>
    public async Task<string> NamespaceAsync()
    {
        string name = $"test-{Guid.NewGuid():N}"[..20];
        ApiAnswer answer = await Client.PostAsync("/api/v1/namespaces", Named(name));
        answer.Expect(201);
        return name;
    }

    private static string Named(string name) => "{\"metadata\":{\"name\":\"" + name + "\"}}";
}
