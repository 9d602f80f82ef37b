using System.Text.Json.Nodes;
using Onboarding.Api.Meta;
using Onboarding.Api.Reading;
using Onboarding.Kubernetes.Models;
using Onboarding.Plane.Cluster;
using Onboarding.Plane.Keys;

namespace Onboarding.Operator.Install;

/// <summary>What the OnboardingPlane's status says of itself and of what the operator made of it.</summary>
internal static class InstallConditions
{
    /// <summary>True while the plane has no error.</summary>
    public const string Accepted = "Accepted";

    /// <summary>True while agents can join.</summary>
    public const string Ready = "Ready";

    /// <summary>True while pods are being replaced.</summary>
    public const string Progressing = "Progressing";

    /// <summary>True while each namespace with a policy has its roles.</summary>
    public const string RolesReady = "RBACReady";

    /// <summary>Reason: no endpoint has filled the Secret of the token keys.</summary>
    public const string TokenKeysEmpty = "TokenKeysEmpty";

    /// <summary>Whether the plane has errors.</summary>
    public static V1Condition OfPlane(IReadOnlyList<Problem> problems)
    {
        string[] errors = [.. problems.Where(p => p.Severity == ProblemSeverity.Error).Select(p => p.ToString())];
        string[] warnings = [.. problems.Where(p => p.Severity == ProblemSeverity.Warning).Select(p => p.ToString())];
        return errors.Length > 0
            ? Condition(Accepted, false, "Invalid", $"The last plane without errors stays in force. {string.Join("; ", errors)}")
            : Condition(Accepted, true, "Valid", warnings.Length == 0 ? "The plane is in force." : $"The plane is in force. {string.Join("; ", warnings)}");
    }

    /// <summary>Whether all pods are there, and whether some are being replaced.</summary>
    /// <param name="deployment">The Deployment as stored.</param>
    /// <param name="secret">Secret of the certificate, for the next command.</param>
    public static (V1Condition Ready, V1Condition Progressing) OfDeployment(JsonObject deployment, string secret)
    {
        JsonNode? status = deployment["status"];
        string ns = deployment["metadata"]!["namespace"]!.ToString();
        long wanted = Number(deployment["spec"], "replicas") ?? 1;
        long available = Number(status, "availableReplicas") ?? 0;
        long updated = Number(status, "updatedReplicas") ?? 0;
        bool isSeen = Number(status, "observedGeneration") >= Number(deployment["metadata"], "generation");
        bool isStuck = (status?["conditions"] as JsonArray ?? [])
            .Any(c => c?["type"]?.ToString() == "Progressing" && c["status"]?.ToString() == "False");
        bool isDone = isSeen && updated >= wanted && available >= wanted && (Number(status, "replicas") ?? 0) <= wanted;
        V1Condition ready = available > 0
            ? Condition(Ready, true, "Available", $"{available} of {wanted} endpoints answer.")
            : Condition(
                Ready,
                false,
                "NotAvailable",
                $"No endpoint answers yet. It needs the Secret {secret} with a certificate. Next: kubectl -n {ns} get secret {secret}; kubectl -n {ns} describe pods -l app.kubernetes.io/instance={PlaneNames.Plane}");
        V1Condition progressing = isDone
            ? Condition(Progressing, false, "RolledOut", "Every endpoint runs what the plane says.")
            : isStuck
                ? Condition(Progressing, false, "DeadlineExceeded", $"{updated} of {wanted} endpoints were replaced. Next: kubectl -n {ns} rollout status deployment {PlaneNames.Plane}")
                : Condition(Progressing, true, "RollingOut", "Endpoints are being replaced.");
        return (ready, progressing);
    }

    /// <summary>Ready as far as this program knows, where it installs no endpoint.</summary>
    public static V1Condition KeysPresent => Condition(Ready, true, "TokenKeysPresent", "There are token keys. Endpoints are run by other means.");

    /// <summary>What is wrong with the token keys, and the command that mends it; null if they can be used.</summary>
    /// <param name="secret">Their Secret; null if there is none.</param>
    /// <param name="ns">The plane's namespace.</param>
    public static V1Condition? FromTokenKeys(V1Secret? secret, string ns) => secret switch
    {
        null => Condition(Ready, false, "TokenKeysMissing", TokenKeysSecret.WhenMissing(ns)),
        { Data.Count: 0 } => Condition(
            Ready,
            false,
            TokenKeysEmpty,
            $"No endpoint has filled Secret {ns}/{ClusterState.TokenKeysSecret} yet. Next: kubectl -n {ns} get pods -l app.kubernetes.io/name=onboarding-endpoint"),
        _ when TokenKeysSecret.TryRead(secret.Data) is null => Condition(
            Ready,
            false,
            "TokenKeysInvalid",
            $"Secret {ns}/{ClusterState.TokenKeysSecret} can't be read as token keys. To have new ones made, and every agent authorize again: "
            + $"kubectl -n {ns} patch secret {ClusterState.TokenKeysSecret} --type merge -p '{{\"data\":null}}'"),
        _ => null,
    };

    /// <summary>Nothing could be made of the plane.</summary>
    public static V1Condition NotReady(string reason, string message) => Condition(Ready, false, reason, message);

    /// <summary>Whether roles are missing.</summary>
    /// <param name="missing">Namespace, permission and command of each.</param>
    public static V1Condition OfRoles(IReadOnlyList<(string Namespace, string Permission, string Command)> missing) => missing.Count == 0
        ? Condition(RolesReady, true, "RolesPresent", "Each namespace with a policy has its roles.")
        : Condition(
            RolesReady,
            false,
            "RolesMissing",
            string.Join(" ", missing.Select(m => $"The operator may not {m.Permission} in namespace {m.Namespace}. Next: {m.Command}")));

    private static V1Condition Condition(string type, bool status, string reason, string message) =>
        new() { Type = type, Status = status ? "True" : "False", Reason = reason, Message = message };

    private static long? Number(JsonNode? node, string field) => node?[field]?.GetValueKind() == System.Text.Json.JsonValueKind.Number
        ? long.Parse(node[field]!.ToJsonString(), System.Globalization.CultureInfo.InvariantCulture)
        : null;
}
