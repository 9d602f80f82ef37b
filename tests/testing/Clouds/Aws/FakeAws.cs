using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Onboarding.Testing.Clouds.Aws;

/// <summary>STS and ECS of AWS over TLS, under their own names, with real signature checks.</summary>
public sealed class FakeAws : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, TestRole> _roles = new();
    private readonly ConcurrentDictionary<string, (TestRole Role, string Zone, string Status)> _tasks = new();
    private LoopbackServer? _server;

    public TestCertificates Certificates { get; } = new("AWS web CA");

    /// <summary>Answers instead of AWS, if set.</summary>
    public RequestDelegate? Instead { get; set; }

    public DnsEndPoint Address => new("127.0.0.1", _server!.Port);

    public IReadOnlyCollection<string> Requests => _server!.Requests;

    /// <summary>Headers of the last request.</summary>
    public IReadOnlyDictionary<string, string> LastHeaders { get; private set; } = new Dictionary<string, string>();

    public static async Task<FakeAws> StartAsync()
    {
        var aws = new FakeAws();
        aws._server = await LoopbackServer.StartAsync(
            aws.AnswerAsync,
            aws.Certificates.Server("sts.eu-west-1.amazonaws.com", "ecs.eu-west-1.amazonaws.com", "sts.cn-north-1.amazonaws.com.cn"));
        return aws;
    }

    public TestRole Add(TestRole role)
    {
        _roles[role.AccessKeyId] = role;
        return role;
    }

    public void AddTask(string arn, TestRole role, string zone = "eu-west-1a", string status = "RUNNING") => _tasks[arn] = (role, zone, status);

    public async ValueTask DisposeAsync()
    {
        await _server!.DisposeAsync();
        Certificates.Dispose();
    }

    private async Task AnswerAsync(HttpContext http)
    {
        LastHeaders = http.Request.Headers.ToDictionary(h => h.Key.ToLowerInvariant(), h => h.Value.ToString());
        if (Instead is { } instead)
        {
            await instead(http);
            return;
        }

        using var buffer = new MemoryStream();
        await http.Request.Body.CopyToAsync(buffer);
        byte[] body = buffer.ToArray();
        string service = http.Request.Host.Host.Split('.')[0];
        TestRole? role = SignatureV4.KeyOf(http.Request) is { } key && _roles.TryGetValue(key, out TestRole? known) ? known : null;
        if (role is null || http.Request.Headers["x-amz-security-token"] != role.Token || !SignatureV4.IsGood(http.Request, body, role.SecretKey, service))
        {
            http.Response.StatusCode = 403;
            await LoopbackServer.TextAsync(http, """{"Error":{"Code":"SignatureDoesNotMatch","Type":"Sender"}}""", "application/json");
            return;
        }

        await (service == "sts" ? GiveCallerAsync(http, body, role) : DescribeAsync(http, body, role));
    }

    private static Task GiveCallerAsync(HttpContext http, byte[] body, TestRole role)
    {
        if (Encoding.UTF8.GetString(body) != "Action=GetCallerIdentity&Version=2011-06-15")
        {
            return LoopbackServer.StatusAsync(http, 400);
        }

        return LoopbackServer.TextAsync(http, CallerAnswer(role.Account, role.Arn), "application/json");
    }

    /// <summary>What STS answers to GetCallerIdentity.</summary>
    public static string CallerAnswer(string account, string arn) => new JsonObject
    {
        ["GetCallerIdentityResponse"] = new JsonObject
        {
            ["GetCallerIdentityResult"] = new JsonObject { ["Account"] = account, ["Arn"] = arn, ["UserId"] = "AROATEST:session" },
            ["ResponseMetadata"] = new JsonObject { ["RequestId"] = "0f8f2d3e-1111-4444-8888-000000000000" },
        },
    }.ToJsonString();

    private Task DescribeAsync(HttpContext http, byte[] body, TestRole role)
    {
        JsonNode? request = JsonNode.Parse(body);
        string arn = request!["tasks"]![0]!.GetValue<string>();
        bool isKnown = _tasks.TryGetValue(arn, out (TestRole Role, string Zone, string Status) task)
            && task.Role.Account == role.Account
            && arn.Contains($"/{request["cluster"]!.GetValue<string>()}/", StringComparison.Ordinal)
            && http.Request.Headers["x-amz-target"] == "AmazonEC2ContainerServiceV20141113.DescribeTasks";
        string cluster = arn[..arn.LastIndexOf('/')].Replace(":task/", ":cluster/", StringComparison.Ordinal);
        var answer = new JsonObject
        {
            ["tasks"] = isKnown
                ? new JsonArray(new JsonObject
                {
                    ["taskArn"] = arn,
                    ["clusterArn"] = cluster,
                    ["availabilityZone"] = task.Zone,
                    ["lastStatus"] = task.Status,
                    ["launchType"] = "FARGATE",
                })
                : [],
            ["failures"] = isKnown ? [] : new JsonArray(new JsonObject { ["arn"] = arn, ["reason"] = "MISSING" }),
        };
        return LoopbackServer.TextAsync(http, answer.ToJsonString(), "application/x-amz-json-1.1");
    }
}
