using System.Text.Json.Nodes;
using Onboarding.Tests.Integration.ClientTests;
using Onboarding.Tests.ScriptedPlane;

// scripted-plane DIRECTORY [--expired]: a plane on loopback that does what DIRECTORY/script.json says (read again for each call, see
// Script), writes each call's name to DIRECTORY/calls and its authority to DIRECTORY/ca.pem, and ends when its input does.
string directory = args[0];
await using FakePlane plane = args.Contains("--expired") ? await FakePlane.StartExpiredAsync() : await FakePlane.StartAsync();
new ScriptedCalls(plane, directory).Begin();
await File.WriteAllTextAsync(Path.Combine(directory, "ca.pem"), plane.Certificates.AuthorityPem);
Console.Out.WriteLine(new JsonObject { ["endpoint"] = $"https://localhost:{plane.Port}" }.ToJsonString());
while (await Console.In.ReadLineAsync() is not null)
{
}
