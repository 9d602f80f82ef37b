using System.Text.Json.Nodes;
using Onboarding.Endpoint.Hosting;

return await CommandLine.RunAsync(args, RunAsync, Console.Out, Console.Error);

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
