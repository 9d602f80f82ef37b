using System.CommandLine;
using System.Text.Json.Nodes;
using Onboarding.Endpoint.Hosting;

return await CommandLine.Create(RunAsync).Parse(args).InvokeAsync(new InvocationConfiguration
{
    // The drain decides how long stopping takes, not the parser.
    ProcessTerminationTimeout = TimeSpan.FromSeconds(60),
});

static async Task<int> RunAsync(EndpointOptions options, CancellationToken signalled)
{
    using InputEnd input = options.StopWithInput ? InputEnd.Watch(Console.OpenStandardInput(), signalled) : InputEnd.Ignore(signalled);
    CancellationToken stop = input.Token;
    try
    {
        await using OnboardingEndpoint endpoint = await OnboardingEndpoint.StartAsync(options, stop);
        await endpoint.Ready.WaitAsync(stop);
        Console.Out.WriteLine(new JsonObject
        {
            ["ready"] = true,
            ["endpoint"] = endpoint.Address.GetLeftPart(UriPartial.Authority),
            ["kubeconfig"] = endpoint.KubeconfigPath,
            ["certificateAuthority"] = endpoint.CertificateAuthorityPath,
            ["api"] = endpoint.ApiAddress.TrimEnd('/'),
        }.ToJsonString());
        await Task.Delay(Timeout.Infinite, stop);
        return 0;
    }
    catch (OperationCanceledException) when (stop.IsCancellationRequested)
    {
        return 0;
    }
    catch (EndpointStartException e)
    {
        await Console.Error.WriteLineAsync($"onboarding-endpoint: {e.Message}");
        return 1;
    }
}
