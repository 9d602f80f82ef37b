using System.Text.Json.Nodes;
using Onboarding.Endpoint.Hosting;
using Onboarding.Plane.Hosting;

var program = new PlaneProgram("onboarding-endpoint");
return await EndpointCommand.RunAsync(
    args,
    (options, signalled) => program.RunAsync(
        options,
        async stop =>
        {
            await using EndpointServer endpoint = await EndpointServer.StartAsync(options, stop);
            await endpoint.Ready.WaitAsync(stop);
            Console.Out.WriteLine(new JsonObject
            {
                ["ready"] = true,
                ["endpoint"] = endpoint.Address.GetLeftPart(UriPartial.Authority),
                ["kubeconfig"] = options.Kubeconfig,
                ["certificateAuthority"] = null,
                ["api"] = endpoint.ApiAddress.TrimEnd('/'),
            }.ToJsonString());
            await new IdleMemory(new ProcessHeap(), options.TimeProvider).RunAsync(stop);
        },
        signalled),
    Console.Out,
    Console.Error);
