using Onboarding.Operator.Hosting;
using Onboarding.Plane.Hosting;

var program = new PlaneProgram(OperatorCommand.Name);
return await program.InvokeAsync(
    OperatorCommand.Create((options, signalled) => program.RunAsync(
        options,
        async stop =>
        {
            await using OnboardingOperator started = await OnboardingOperator.StartAsync(options, stop);
            await Task.Delay(Timeout.Infinite, stop);
        },
        signalled), Console.Out, Console.Error),
    args,
    Console.Out,
    Console.Error);
