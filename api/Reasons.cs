namespace Onboarding.Api;

/// <summary>
/// The closed list of reason codes a plane refuses with: <c>google.rpc.ErrorInfo.reason</c> under the domain
/// <see cref="Domain"/>. Programs act on them, so one is never renamed; docs/reference/names.md says what each one means and what
/// to do next.
/// </summary>
public static class Reasons
{
    /// <summary>The <c>domain</c> of every <c>google.rpc.ErrorInfo</c> of this project.</summary>
    public const string Domain = "onboarding.tetrate.io";

    /// <summary>A field of the request is missing or malformed.</summary>
    public const string InvalidRequest = "INVALID_REQUEST";

    /// <summary>The plane isn't ready: it has no OnboardingPlane, or hasn't read its state yet.</summary>
    public const string PlaneNotReady = "PLANE_NOT_READY";

    /// <summary>The Kubernetes API didn't answer.</summary>
    public const string KubernetesUnavailable = "KUBERNETES_UNAVAILABLE";

    /// <summary>The cluster doesn't take the machine's records as its WorkloadGroup makes them.</summary>
    public const string RecordInvalid = "RECORD_INVALID";

    /// <summary>A quota of the namespace is used up.</summary>
    public const string QuotaExceeded = "QUOTA_EXCEEDED";

    /// <summary>An admission webhook or policy of the cluster refuses the machine's records.</summary>
    public const string AdmissionRefused = "ADMISSION_REFUSED";

    /// <summary>The namespace is being deleted.</summary>
    public const string NamespaceTerminating = "NAMESPACE_TERMINATING";

    /// <summary>The plane lacks a permission in the cluster.</summary>
    public const string PlaneNotPermitted = "PLANE_NOT_PERMITTED";

    /// <summary>Another change to the machine's records came first.</summary>
    public const string RecordConflict = "RECORD_CONFLICT";

    /// <summary>Too many failed calls from one address.</summary>
    public const string RateLimited = "RATE_LIMITED";

    /// <summary>A fault of the plane; its log has the details under the correlation id.</summary>
    public const string Internal = "INTERNAL";

    /// <summary>The agent didn't verify the plane's certificate and the plane insists on that.</summary>
    public const string InsecureTransport = "INSECURE_TRANSPORT";

    /// <summary>The challenge wasn't made by this plane.</summary>
    public const string ChallengeInvalid = "CHALLENGE_INVALID";

    /// <summary>The challenge is older than two minutes.</summary>
    public const string ChallengeExpired = "CHALLENGE_EXPIRED";

    /// <summary>The signature by the agent's key doesn't cover what was sent.</summary>
    public const string ProofInvalid = "PROOF_INVALID";

    /// <summary>A call with an onboarding token came without proof that the caller has the agent's key.</summary>
    public const string ProofMissing = "PROOF_MISSING";

    /// <summary>The proof's time is more than 60 s from the plane's: a replay, or a wrong clock.</summary>
    public const string ProofExpired = "PROOF_EXPIRED";

    /// <summary>The plane doesn't know credentials of this type.</summary>
    public const string CredentialTypeUnknown = "CREDENTIAL_TYPE_UNKNOWN";

    /// <summary>The credential can't be read.</summary>
    public const string CredentialMalformed = "CREDENTIAL_MALFORMED";

    /// <summary>The credential is signed with an algorithm the plane doesn't accept.</summary>
    public const string CredentialAlgorithm = "CREDENTIAL_ALGORITHM";

    /// <summary>The credential's issuer isn't one the plane trusts.</summary>
    public const string CredentialIssuer = "CREDENTIAL_ISSUER";

    /// <summary>None of the issuer's keys made the credential's signature.</summary>
    public const string CredentialSignature = "CREDENTIAL_SIGNATURE";

    /// <summary>The credential isn't made for this plane alone.</summary>
    public const string CredentialAudience = "CREDENTIAL_AUDIENCE";

    /// <summary>The credential has expired.</summary>
    public const string CredentialExpired = "CREDENTIAL_EXPIRED";

    /// <summary>The credential isn't valid yet: most likely one of the clocks is wrong.</summary>
    public const string CredentialNotYetValid = "CREDENTIAL_NOT_YET_VALID";

    /// <summary>The credential lacks a time, or lives longer than the plane accepts.</summary>
    public const string CredentialLifetime = "CREDENTIAL_LIFETIME";

    /// <summary>The credential names no subject that the plane can use.</summary>
    public const string CredentialSubject = "CREDENTIAL_SUBJECT";

    /// <summary>A one-use credential was used before, with another key.</summary>
    public const string CredentialReplayed = "CREDENTIAL_REPLAYED";

    /// <summary>The plane doesn't know the join token: it was never made, was deleted, or is mistyped.</summary>
    public const string CredentialUnknown = "CREDENTIAL_UNKNOWN";

    /// <summary>The credential is good for another WorkloadGroup.</summary>
    public const string CredentialGroup = "CREDENTIAL_GROUP";

    /// <summary>The credential is genuine, but of a project, tenant, subscription or trust domain that the plane doesn't admit.</summary>
    public const string CredentialTenant = "CREDENTIAL_TENANT";

    /// <summary>The certificate isn't one for proving who a client is.</summary>
    public const string CredentialUsage = "CREDENTIAL_USAGE";

    /// <summary>The certificate was revoked.</summary>
    public const string CredentialRevoked = "CREDENTIAL_REVOKED";

    /// <summary>The issuer's keys couldn't be fetched.</summary>
    public const string IssuerUnavailable = "ISSUER_UNAVAILABLE";

    /// <summary>No policy admits the workload to the group; also said of a group that doesn't exist.</summary>
    public const string NotAuthorized = "NOT_AUTHORIZED";

    /// <summary>The identity is bound to another key.</summary>
    public const string KeyMismatch = "KEY_MISMATCH";

    /// <summary>The agent's key is bound to another identity.</summary>
    public const string KeyInUse = "KEY_IN_USE";

    /// <summary>An operator unregistered the machine, and it stays excluded until someone on it overrides that.</summary>
    public const string StayOut = "STAY_OUT";

    /// <summary>A call that needs an onboarding token came without one.</summary>
    public const string TokenMissing = "TOKEN_MISSING";

    /// <summary>The onboarding token wasn't made by this plane, or not for this key or workload.</summary>
    public const string TokenInvalid = "TOKEN_INVALID";

    /// <summary>The onboarding token has expired.</summary>
    public const string TokenExpired = "TOKEN_EXPIRED";

    /// <summary>The workload reported no address that can be used.</summary>
    public const string AddressRefused = "ADDRESS_REFUSED";

    /// <summary>The workload reported a label it may not set.</summary>
    public const string LabelRefused = "LABEL_REFUSED";

    /// <summary>The registration's name is taken by another workload.</summary>
    public const string NameConflict = "NAME_CONFLICT";

    /// <summary>There is no such registration: register first.</summary>
    public const string RegistrationNotFound = "REGISTRATION_NOT_FOUND";

    /// <summary>The registration was deleted: by a person, with its group, or after the grace period.</summary>
    public const string RegistrationDeleted = "REGISTRATION_DELETED";

    /// <summary>Two hosts use one registration: one of them is a copy of the other's disk.</summary>
    public const string PossibleClone = "POSSIBLE_CLONE";

    /// <summary>A newer session of the same registration took this one's place.</summary>
    public const string SessionReplaced = "SESSION_REPLACED";

    /// <summary>The agent broke the order of messages of a session, or stopped talking.</summary>
    public const string SessionProtocol = "SESSION_PROTOCOL";

    /// <summary>What the sidecar needs can't be made, e.g. the mesh configuration is missing or malformed.</summary>
    public const string BootConfigurationUnavailable = "BOOT_CONFIGURATION_UNAVAILABLE";
}
