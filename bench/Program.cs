using System.Globalization;
using Onboarding.Bench.Joins;

if (args is ["joins", .. string[] rest] && JoinBenchmarkOptions.TryRead(rest) is { } options)
{
    return await JoinBenchmark.RunAsync(options);
}

Console.Error.WriteLine(
    string.Create(
        CultureInfo.InvariantCulture,
        $"""
        Usage: dotnet run -c Release --project bench -- joins [--count {JoinBenchmarkOptions.DefaultCount}] [--parallel {JoinBenchmarkOptions.DefaultParallel}]

          joins   joins per second beside plain WorkloadEntry creates on the same control plane in the same run,
                  and the writes to the Kubernetes API per join, counted by a proxy in between
        """));
return 2;
