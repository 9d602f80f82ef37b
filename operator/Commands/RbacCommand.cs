using System.CommandLine;
using Onboarding.Api.Install;
using Onboarding.Operator.Roles;
using Onboarding.Plane.Cluster;

namespace Onboarding.Operator.Commands;

/// <summary><c>onboarding-operator rbac render</c>: prints what a namespace needs before workloads can be onboarded to it.</summary>
internal static class RbacCommand
{
    /// <summary>Makes the command.</summary>
    /// <param name="output">Where manifests go.</param>
    public static Command Create(TextWriter output)
    {
        var ns = new Argument<string>("namespace") { Description = "The namespace that workloads are onboarded to." };
        var accounts = new Option<string[]>("--service-account")
        {
            Description = "Service account of a WorkloadGroup there; may be given several times. By default: default.",
            HelpName = "name",
        };
        var plane = new Option<string>("--namespace")
        {
            Description = "Namespace of the plane.",
            HelpName = "namespace",
            DefaultValueFactory = _ => OnboardingPlane.DefaultNamespace,
        };
        ns.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string>() is { } name && !KubernetesNames.IsLabel(name))
            {
                result.AddError($"'{name}' can't be the name of a namespace: lower-case letters, digits and dashes");
            }
        });
        plane.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string>() is { } name && !KubernetesNames.IsLabel(name))
            {
                result.AddError($"--namespace: '{name}' can't be the name of a namespace: lower-case letters, digits and dashes");
            }
        });
        accounts.Validators.Add(result =>
        {
            foreach (string bad in (result.GetValueOrDefault<string[]>() ?? []).Where(a => !KubernetesNames.IsSubdomain(a)))
            {
                result.AddError($"--service-account: '{bad}' can't be the name of a service account");
            }
        });
        var render = new Command("render", "Prints the roles of endpoint and operator in a namespace: onboarding-operator rbac render NAMESPACE | kubectl apply -f -")
        {
            ns, accounts, plane,
        };
        render.SetAction(parsed => output.Write(OnboardedNamespace.Render(
            parsed.GetValue(ns)!,
            parsed.GetValue(accounts) is { Length: > 0 } given ? given : ["default"],
            parsed.GetValue(plane)!)));
        return new Command("rbac", "The roles that the operator needs and never writes itself.") { render };
    }
}
