using System.Management.Automation;
using Onboarding.Client.Errors;
using Onboarding.Client.Local;
using Onboarding.Cmdlets.Loading;
using Onboarding.Cmdlets.Pipeline;
using Onboarding.Laptop.Planes;

namespace Onboarding.Cmdlets;

/// <summary>Stops planes that this process started, and ends the sessions that this process has with them.</summary>
[Cmdlet(VerbsLifecycle.Stop, "OnboardingPlane", SupportsShouldProcess = true, HelpUri = HelpLink.Root + "Stop-OnboardingPlane")]
[OutputType(typeof(StoppedPlane))]
public sealed class StopOnboardingPlaneCommand : AsyncCmdlet
{
    /// <summary>Which; all of this process by default.</summary>
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(PlaneCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Name { get; set; }

    /// <summary>Remove what it kept, too: control plane, keys, sample.</summary>
    [Parameter]
    public SwitchParameter RemoveData { get; set; }

    private protected override object? Target => Name;

    private protected override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        EmbeddedPlane[] planes = Name is null
            ? [.. EmbeddedPlanes.All]
            : [EmbeddedPlanes.Find(Name) ?? throw NotFound(Name)];
        foreach (EmbeddedPlane plane in planes)
        {
            IReadOnlyList<string> sessions = PlaneSessions.Find(plane.Endpoint);
            string with = sessions.Count > 0 ? $", and end the sessions of this process with it: {string.Join(", ", sessions)}" : "";
            if (ShouldProcess($"{plane.Name} (process {plane.ProcessId}){with}", "Stop plane"))
            {
                bool remove = RemoveData && ConfirmRemoval(plane);
                // While the plane can still be told.
                IReadOnlyList<EndedSession> ended = await PlaneSessions.EndAsync(plane.Endpoint);
                foreach (EndedSession session in ended)
                {
                    WriteVerbose($"session '{session.Name}' ended, its sidecar stopped; state directory {session.StateDirectory}");
                    if (session.Problem is { } problem)
                    {
                        WriteWarning($"Session '{session.Name}' ended, but not all of it: {problem.Describe()}");
                    }
                }

                await EmbeddedPlanes.StopAsync(plane, remove);
                WriteVerbose($"plane '{plane.Name}' stopped{(remove ? $", its data in {plane.DataDirectory} removed" : "")}");
                WriteObject(new StoppedPlane(plane, ended, remove));
            }
        }
    }

    // Stopping can be undone by starting, removing can't: the impact of the whole cmdlet is Medium, that of this part is High.
    private bool ConfirmRemoval(EmbeddedPlane plane) =>
        IsConfirmed
            || ShouldContinue($"Remove all that the plane '{plane.Name}' keeps in {plane.DataDirectory}: registrations, policies, keys?", "Remove data");

    private static OnboardingException NotFound(string name) => new(
        ModuleErrorIds.PlaneNotFound,
        $"This process runs no plane '{name}'; it runs {(EmbeddedPlanes.All is { Count: > 0 } all ? string.Join(", ", all.Select(p => p.Name)) : "none")}.",
        "a plane ends with the process that started it; start one: Start-OnboardingPlane");
}
