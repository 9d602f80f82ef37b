namespace Onboarding.Quickstart;

/// <summary>What the quickstart was asked for.</summary>
/// <param name="Keep">Leave everything running until Ctrl+C.</param>
internal sealed record QuickstartOptions(bool Keep)
{
    public const string Help =
        """
        Watch a workload join a mesh, on this machine.

        Usage: dotnet run --project quickstart [-- --keep]

          --keep   leave it running and print the commands to look around with; Ctrl+C shows the workload leaving
        """;

    public static QuickstartOptions? TryRead(string[] arguments) => arguments switch
    {
        [] => new QuickstartOptions(false),
        ["--keep"] => new QuickstartOptions(true),
        _ => null,
    };
}
