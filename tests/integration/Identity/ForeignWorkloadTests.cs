using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Onboarding.Client.Identity;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Integration.Identity;

/// <summary>Workloads in other languages: <c>grpcio</c> and <c>@grpc/grpc-js</c> get the identity, see it renewed, and trust each other by it.</summary>
public class ForeignWorkloadTests
{
    [Fact]
    public async Task Python_and_Node_fetch_the_identity_see_it_renewed_and_talk_to_each_other_with_it()
    {
        Capability.PythonGrpc.Require();
        Capability.NodeJs.Require();
        await using ServedIdentity served = await ServedIdentity.StartAsync(ServedIdentity.Self);
        await using var python = new Workload("/usr/bin/python3", "python/workload.py", served.Socket);
        await using var node = new Workload("node", "node/workload.js", served.Socket);
        MeshSvid first = await served.SvidAsync();
        foreach (Workload workload in (Workload[])[python, node])
        {
            (await workload.NextAsync("withoutHeader")).ShouldBe("INVALID_ARGUMENT");
            (await workload.NextAsync("certificate")).ShouldBe(Hash(first));
        }

        await served.AdvanceAsync(TimeSpan.FromHours(13));
        MeshSvid second = await served.SvidAsync(first);
        (await python.NextAsync("certificate")).ShouldBe(Hash(second));
        (await node.NextAsync("certificate")).ShouldBe(Hash(second));

        await node.TellAsync(await python.NextAsync("port"));
        (await node.NextAsync("peerSays")).ShouldBe(ServedIdentity.SpiffeId);
    }

    private static string Hash(MeshSvid svid) => Convert.ToHexStringLower(SHA256.HashData(svid.Chain[0]));

    /// <summary>A program that prints what it learns, one JSON object a line.</summary>
    private sealed class Workload : IAsyncDisposable
    {
        private readonly Process _process;
        private readonly Task<string> _errors;
        private readonly List<JsonObject> _unread = [];

        public Workload(string program, string script, string socket)
        {
            _process = Process.Start(new ProcessStartInfo(program, [Path.Combine(Repository.Root, "tests", "interop", script), socket])
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
            _errors = _process.StandardError.ReadToEndAsync();
        }

        /// <summary>The next value of that name; the others keep their order.</summary>
        public async Task<string> NextAsync(string name)
        {
            while (_unread.FirstOrDefault(line => line.ContainsKey(name)) is null)
            {
                string? line = await _process.StandardOutput.ReadLineAsync().WaitAsync(Eventually.Patience);
                _unread.Add(line is null ? throw new InvalidOperationException($"It ended: {await _errors}") : (JsonObject)JsonNode.Parse(line)!);
            }

            JsonObject next = _unread.First(line => line.ContainsKey(name));
            _unread.Remove(next);
            return next[name]!.ToString();
        }

        public Task TellAsync(string line) => _process.StandardInput.WriteLineAsync(line).WaitAsync(Eventually.Patience);

        public async ValueTask DisposeAsync()
        {
            _process.Kill();
            await _process.WaitForExitAsync();
            await _errors;
            _process.Dispose();
        }
    }
}
