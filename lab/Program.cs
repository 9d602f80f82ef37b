using System.CommandLine;
using System.Net;
using System.Text.Json.Nodes;
using Onboarding.Endpoint.Hosting;
using Onboarding.Lab.Hosting;
using Onboarding.Plane.Hosting;

var program = new PlaneProgram("onboarding-lab");
var command = new RootCommand("A plane on one machine, for laptops, demos and CI: Kubernetes API, istiod, endpoint and operator in one process.");
var data = new Option<string?>("--data-directory") { Description = "Where the control plane keeps its data.", HelpName = "directory" };
var apiPort = PortOption.Create("--embedded-api-port", "Port of the API server", 16443);
var istiodPort = PortOption.Create("--embedded-istiod-port", "Port of istiod", 15012);
command.Options.Add(data);
command.Options.Add(apiPort);
command.Options.Add(istiodPort);

// It is for one machine: no other machine can dial it unless told so.
var endpoint = new EndpointCommandOptions(command, IPAddress.Loopback, hasCluster: false);
Onboarding.Endpoint.Hosting.EndpointCommand.AddCommands(command, Console.Out, Console.Error);
command.SetAction((parsed, signalled) =>
{
    var options = new LabOptions { ApiPort = parsed.GetValue(apiPort), IstiodPort = parsed.GetValue(istiodPort), Endpoint = endpoint.Read(parsed) };
    options = parsed.GetValue(data) is { } directory ? options with { DataDirectory = directory } : options;
    return program.RunAsync(
        options.Endpoint,
        async stop =>
        {
            await using OnboardingLab lab = await OnboardingLab.StartAsync(options, stop);
            await lab.Endpoint.Ready.WaitAsync(stop);
            Console.Out.WriteLine(new JsonObject
            {
                ["ready"] = true,
                ["endpoint"] = lab.Endpoint.Address.GetLeftPart(UriPartial.Authority),
                ["kubeconfig"] = lab.KubeconfigPath,
                ["certificateAuthority"] = lab.CertificateAuthorityPath,
                ["api"] = lab.Endpoint.ApiAddress.TrimEnd('/'),
            }.ToJsonString());
            await Task.Delay(Timeout.Infinite, stop);
        },
        signalled);
});
return await program.InvokeAsync(command, args, Console.Out, Console.Error);
