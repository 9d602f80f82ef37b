using System.Globalization;
using System.Text;
using Onboarding.Api.Control;
using Onboarding.Client.Control;

namespace Onboarding.AgentHost.Commands;

/// <summary>A status for people: one fact a line, what isn't known left out.</summary>
internal static class StatusText
{
    private const int ShownSteps = 5;

    public static string Write(AgentStatus status, DateTimeOffset now)
    {
        var text = new StringBuilder();
        Add("Group", $"{status.Namespace}/{status.WorkloadGroup}");
        Add("Name", status.Registration);
        Add("Address", status.Address);
        Add("SpiffeId", status.SpiffeId);
        Add("Phase", status.PhaseSince is { } since ? $"{status.Phase} ({StatusWords.Span(now - since.ToDateTimeOffset())})" : status.Phase.ToString());
        Add("Timeline", StatusWords.Timeline(status));
        Add("Token", StatusWords.Token(status.TokenExpiresAt?.ToDateTimeOffset(), status.Phase.ToString(), now));
        Add("Sidecar", Sidecar(status.Sidecar));
        Add("Capture", status.Sidecar.Capture is { } capture ? $"{capture.State} (start {capture.Start}, on failure {capture.OnFailure})" : "");
        Add("Session", $"{status.OwnerKind} (pid {status.OwnerProcessId}), {status.Endpoint}{(status.TransportVerified ? "" : ", certificate NOT verified")}");
        if (status.Failure is { } failure)
        {
            Add("Failure", $"[{failure.ErrorId}] {failure.Message}");
            Add("Next", failure.NextStep);
        }

        foreach (Step step in status.Steps.Take(ShownSteps))
        {
            Add(step == status.Steps[0] ? "Events" : "", $"{StatusWords.Span(now - step.Time.ToDateTimeOffset())} ago  {step.Name}  {step.Message}");
        }

        return text.ToString().TrimEnd();

        void Add(string name, string value)
        {
            if (value.Length > 0)
            {
                text.Append(CultureInfo.InvariantCulture, $"{name,-8} {(name.Length == 0 ? ' ' : ':')} {value}").AppendLine();
            }
        }
    }

    private static string Sidecar(MeshSidecar sidecar) =>
        $"{sidecar.Phase}, {sidecar.Kind}{(sidecar.ProcessId == 0 ? "" : $" {sidecar.ProcessId}")}{(sidecar.Message.Length == 0 ? "" : $": {sidecar.Message}")}";
}
