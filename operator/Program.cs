using Onboarding.Operator.Hosting;
using Onboarding.Plane.Hosting;

var program = new PlaneProgram(CommandLine.Name);
return await program.InvokeAsync(
    CommandLine.Create((options, signalled) => program.RunAsync(
        options,
        async stop =>
        {
            await using OnboardingOperator started = await OnboardingOperator.StartAsync(options, stop);
            await Task.Delay(Timeout.Infinite, stop);
        },
        signalled)),
    args,
    Console.Out,
    Console.Error);
