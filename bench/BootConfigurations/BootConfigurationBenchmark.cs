using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Onboarding.BootConfiguration;

namespace Onboarding.Bench.BootConfigurations;

/// <summary>
/// How many members' files one core makes in a second. A plane parses the mesh configuration once, whatever the number of members
/// (<see cref="YamlText"/>); beside it, the same with the text parsed for each member.
/// </summary>
internal static class BootConfigurationBenchmark
{
    private const int Members = 2_000;
    private const int Rounds = 7;

    // Shaped like the one that Istio's own chart writes.
    private const string Mesh = """
        defaultConfig:
          discoveryAddress: istiod.istio-system.svc:15012
          proxyMetadata: {ISTIO_META_DNS_CAPTURE: "true"}
          tracing: {zipkin: {address: "zipkin.istio-system:9411"}}
        defaultProviders:
          metrics:
          - prometheus
        enablePrometheusMerge: true
        extensionProviders:
        - name: otel
          envoyOtelAls: {service: opentelemetry-collector.istio-system.svc.cluster.local, port: 4317}
        - name: skywalking
          skywalking: {service: tracing.istio-system.svc.cluster.local, port: 11800}
        rootNamespace: istio-system
        trustDomain: cluster.local
        """;

    /// <summary>Runs it; always 0, since it says no more than how fast this machine is.</summary>
    public static int Run()
    {
        double once = Best(YamlText.FromString(Mesh));
        double each = Best(null);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"""
            boot configurations a second by one core
              mesh configuration parsed once           {once,8:F0}
              mesh configuration parsed for each one   {each,8:F0}
            """));
        return 0;
    }

    private static double Best(YamlText? shared) => Enumerable.Range(0, Rounds).Max(_ =>
    {
        long start = Stopwatch.GetTimestamp();
        for (int member = 0; member < Members; member++)
        {
            BootConfigurationGenerator.Generate(new BootConfigurationInputs
            {
                WorkloadGroup = WorkloadGroupSource.FromApiServer(Group(member)),
                MeshConfig = shared ?? YamlText.FromString(Mesh),
                ClusterId = "Kubernetes",
                InternalIP = $"10.0.{member / 256}.{member % 256}",
            });
        }

        return Members / Stopwatch.GetElapsedTime(start).TotalSeconds;
    });

    private static JsonObject Group(int member) => new()
    {
        ["metadata"] = new JsonObject { ["name"] = $"ratings-{member}", ["namespace"] = "bookinfo" },
        ["spec"] = new JsonObject
        {
            ["metadata"] = new JsonObject { ["labels"] = new JsonObject { ["app"] = "ratings", ["version"] = "v1" } },
            ["template"] = new JsonObject { ["serviceAccount"] = "ratings", ["network"] = "vm-network" },
            ["probe"] = new JsonObject { ["httpGet"] = new JsonObject { ["path"] = "/health", ["port"] = 9080 } },
        },
    };
}
