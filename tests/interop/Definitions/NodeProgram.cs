using System.Diagnostics;
using System.Text.Json.Nodes;
using Onboarding.Testing;
using Shouldly;

namespace Onboarding.Tests.Interop.Definitions;

/// <summary>A program in <c>tests/interop/node</c> that answers one question on its standard output.</summary>
internal static class NodeProgram
{
    public static async Task<JsonNode> AskAsync(string file, JsonObject question)
    {
        var start = new ProcessStartInfo("node", [Path.Combine(Repository.Root, "tests", "interop", "node", file)])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        using Process node = Process.Start(start)!;
        Task<string> output = node.StandardOutput.ReadToEndAsync();
        await node.StandardInput.WriteAsync(question.ToJsonString());
        node.StandardInput.Close();
        await node.WaitForExitAsync();
        node.ExitCode.ShouldBe(0);
        return JsonNode.Parse(await output)!;
    }
}
