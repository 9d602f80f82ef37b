using System.CommandLine;
using System.Net;
using Onboarding.Operator.Commands;
using Onboarding.Plane.Hosting;

namespace Onboarding.Operator.Hosting;

/// <summary>The command line of <c>onboarding-operator</c>.</summary>
internal static class OperatorCommand
{
    /// <summary>The program's name.</summary>
    public const string Name = "onboarding-operator";

    /// <summary>Makes the command.</summary>
    /// <param name="run">What to do with the options; its result is the exit code.</param>
    /// <param name="output">Where results go.</param>
    /// <param name="errors">Where failures go.</param>
    public static RootCommand Create(Func<OperatorOptions, CancellationToken, Task<int>> run, TextWriter output, TextWriter errors)
    {
        var port = PortOption.Create("--health-port", "Port of /healthz and /readyz, plain HTTP", 8081);
        var listen = new Option<string?>("--health-listen") { Description = "Address they are served on; by default all.", HelpName = "address" };
        listen.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string?>() is { } value && !IPAddress.TryParse(value, out _))
            {
                result.AddError($"--health-listen: '{value}' isn't an IP address; use 0.0.0.0 for all");
            }
        });
        var image = new Option<string?>("--endpoint-image")
        {
            Description = "Image of the endpoint, which the operator installs by the OnboardingPlane; by default ONBOARDING_ENDPOINT_IMAGE. Without one it installs nothing.",
            HelpName = "image",
        };
        var command = new RootCommand(
            "Installs the endpoint and keeps the plane true: removes members that are lost or no longer admitted, rolls out boot configurations, rotates keys.");
        var shared = new PlaneCommandOptions(command);
        command.Options.Add(port);
        command.Options.Add(listen);
        command.Options.Add(image);
        command.Subcommands.Add(RbacCommand.Create(output));
        command.Subcommands.Add(InstallationCheckCommand.Create(output, errors));
        command.Subcommands.Add(ConvertCommand.Create(output, errors));
        command.Subcommands.Add(AuditCommand.Create(Name, output, errors));
        command.SetAction((parsed, cancellationToken) => run(
            shared.Read(parsed, new OperatorOptions
            {
                HealthPort = parsed.GetValue(port),
                HealthListen = parsed.GetValue(listen) is { } address ? IPAddress.Parse(address) : IPAddress.Any,
                EndpointImage = (parsed.GetValue(image) ?? Environment.GetEnvironmentVariable("ONBOARDING_ENDPOINT_IMAGE")) is { Length: > 0 } given ? given : null,
            }),
            cancellationToken));
        return command;
    }
}
