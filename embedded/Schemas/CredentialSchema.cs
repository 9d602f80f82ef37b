namespace Onboarding.Embedded.Schemas;

/// <summary>Shapes of join tokens and of what remembers that a one-use credential was used.</summary>
internal static class CredentialSchema
{
    public static Schema JoinToken { get; } = Schema.Object(
        "JoinToken lets the holder of a secret join one WorkloadGroup of its namespace, once, if an OnboardingPolicy names it.",
        new Dictionary<string, Schema>
        {
            ["spec"] = Schema.Object(
                "What it is good for.",
                new Dictionary<string, Schema>
                {
                    ["workloadGroup"] = Schema.Text("Name of the WorkloadGroup, in the same namespace.") with { MinLength = 1 },
                    ["tokenSha256"] = Schema.Text("SHA-256 of the token, 64 lower-case hex digits.") with { MinLength = 64 },
                    ["expiresAt"] = Schema.Time("When it can't be used any more."),
                },
                "workloadGroup", "tokenSha256", "expiresAt"),
            ["status"] = Schema.OpenObject("Use of the token."),
        },
        "spec");

    public static Schema CredentialUse { get; } = Schema.Object(
        "CredentialUse remembers that a one-use credential was used, and with which key.",
        new Dictionary<string, Schema>
        {
            ["spec"] = Schema.Object(
                "Who used it.",
                new Dictionary<string, Schema>
                {
                    ["identity"] = Schema.Text("The identity it proved, in canonical form.") with { MinLength = 1 },
                    ["jkt"] = Schema.Text("RFC 7638 thumbprint of the key it came with.") with { MinLength = 1 },
                    ["expiresAt"] = Schema.Time("When the credential expires."),
                },
                "identity", "jkt", "expiresAt"),
            ["status"] = Schema.OpenObject("Nothing yet."),
        },
        "spec");
}
