using Onboarding.Laptop.Planes;
using Onboarding.Quickstart.Demo;
using Onboarding.Quickstart.Processes;

namespace Onboarding.Quickstart;

/// <summary>The commands to look around with while everything runs.</summary>
internal static class LookAround
{
    public static void Print(PlaneReady plane, JoinedMember member, Workspace workspace) => Console.WriteLine(
        $"""

        It runs until Ctrl+C. In another terminal:

          kubectl --kubeconfig {plane.Kubeconfig} get workloadgroups,workloadentries,war,workloadkeybindings -A
          kubectl --kubeconfig {plane.Kubeconfig} -n {member.Namespace} get workloadentry {member.Name} -o yaml
          tail -f {workspace.AuditLog}

        or, in pwsh:

          $env:KUBECONFIG = '{plane.Kubeconfig}'
          kubectl get war -A -o json | ConvertFrom-Json | ForEach-Object items | Select-Object -ExpandProperty status
          Get-Content -Wait '{workspace.AuditLog}' | ConvertFrom-Json

        """);
}
