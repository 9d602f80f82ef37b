using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Onboarding.Documents;

namespace Onboarding.Tests.Interop.Definitions;

/// <summary>Specs that use every field, and what each becomes when one place in it is changed.</summary>
internal static class Corpus
{
    private static readonly string[] Texts =
        ["", " ", "x", "X", "a b", "a_b", "a--b", "-a", "a.", "a..b", "é", "*", "0", "1", "10%", "0%", "101%", "0s", "-1s", "1h30m", "1.5s", "ms", "https://", "https://x", "/", "/a/.", "/a//b", "a/b", "a\nb"];

    private static readonly long[] Numbers = [-1, 0, 1, 9, 1000, 1001, 10_000, 10_001, int.MaxValue, 1L + int.MaxValue];

    /// <summary>Specs by the file of the kind's definition.</summary>
    public static IReadOnlyDictionary<string, string[]> Specs { get; } = new Dictionary<string, string[]>
    {
        ["onboardingpolicies.yaml"] =
        [
            """
            allow:
            - workloads: &all
              - aws: {accounts: ['111122223333'], partitions: [aws], regions: [eu-west-1], zones: [eu-west-1a], ec2: {iamRoleNames: [cart]}}
              - aws: {accounts: ['111122223333'], ecs: {clusters: [prod], iamRoleNames: [cart]}}
              - jwt: {issuer: https://id.corp.example/x, subjects: [a], attributes: [{name: role, values: [cart]}]}
              - gcp: {projectIds: [p], projectNumbers: ['12'], regions: [r], zones: [z], gce: {instanceIds: ['1'], serviceAccounts: [a@b]}}
              - azure: {subscriptions: [6fd5f7a1-0c4e-4d4e-9d55-0b1f1c6d0a11], tenants: [6fd5f7a1-0c4e-4d4e-9d55-0b1f1c6d0a11], resourceGroups: [g], compute: {instanceIds: [6fd5f7a1-0c4e-4d4e-9d55-0b1f1c6d0a11], scaleSets: [s], managedIdentities: [system]}}
              - kubernetes: {namespaces: [shop], serviceAccounts: [a.b], pods: [p-1]}
              - spiffe: {trustDomains: [corp.example], paths: [/vm/web-1, ''], pathPrefixes: [/vm, /..a]}
              - x509: {authorities: [corp], issuers: [CN=a], subjects: [CN=b], dnsNames: [a.b], uris: ['u:a'], emailAddresses: [a@b], ipAddresses: [10.0.0.1], fingerprints: [aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa]}
              - joinToken: {names: [rack-7.a], namePrefixes: [rack-]}
              onboardTo: &groups
              - workloadGroupSelector: {matchLabels: {app: cart}, matchExpressions: [{key: example.com/tier, operator: In, values: [a]}, {key: tier, operator: Exists}]}
              - workloadGroupSelector: {}
              labels: [{key: version, values: [v1]}]
              maxMembers: 3
              notAfter: '2030-01-01T00:00:00Z'
              addressCidrs: [10.0.0.0/8]
            deny:
            - {workloads: *all, onboardTo: *groups, notAfter: '2030-01-01T00:00:00Z', addressCidrs: ['fd00::/8']}
            """,
            "deny: [{workloads: [{aws: {}}, {azure: {}}, {gcp: {}}, {jwt: {}}, {kubernetes: {}}, {spiffe: {}}, {x509: {}}, {joinToken: {}}]}]",
            "allow: []",
            "{}",
            "allow: [{workloads: [{gcp: {projectIds: [a]}}, {gcp: {projectNumbers: ['1']}}, {x509: {subjects: [a]}}, {joinToken: {names: [a]}}], onboardTo: [{workloadGroupSelector: {}}]}]",
            "allow: [{workloads: [{gcp: {}}], onboardTo: [{workloadGroupSelector: {}}]}]",
            "allow: [{workloads: [{x509: {}}], onboardTo: [{workloadGroupSelector: {}}]}]",
            "allow: [{workloads: [{joinToken: {}}], onboardTo: [{workloadGroupSelector: {}}]}]",
        ],
        ["onboardingplanes.yaml"] =
        [
            "{}",
            """
            hub: registry.example/mesh
            imagePullSecrets: [{name: regcred}]
            uid: https://join.example
            endpoint: {hosts: [join.example, 10.0.0.1, 'fd00::1'], secretName: join-tls, certificate: {issuerRef: {name: corp, kind: Issuer, group: cert-manager.io}}}
            tokenIssuer: {jwt: {expiration: 30m}}
            localRepository: {}
            minimumTransport: Verified
            keyBinding: {onNewKey: Refuse, retention: 24h}
            revocation: {mode: Evict, maxPerMinute: 3}
            gracePeriod: 90s
            rollout: {maxUnavailable: 10%, paused: true, progressDeadline: 1m}
            components:
              instance:
                image: x
                args: [--packages=/x]
                exposure: {type: IstioGateway, gatewaySelector: {istio: x}}
                networkPolicy: None
                metrics: {port: 9464, namespaces: [monitoring]}
                logLevels: {default: warn}
                kubeSpec:
                  deployment:
                    replicaCount: 3
                    annotations: {a: b}
                    podAnnotations: {a: b}
                    nodeSelector: {a: b}
                    priorityClassName: x
                    resources: {}
                    affinity: {}
                    tolerations: [{key: a}]
                    env: [{name: a}]
                    hpaSpec: {minReplicas: 3, maxReplicas: 9, metrics: [{type: Resource}]}
                  service: {type: ClusterIP, annotations: {a: b}, loadBalancerIP: 10.0.0.1, loadBalancerSourceRanges: [10.0.0.0/8]}
                  podDisruptionBudget: {maxUnavailable: 1}
            workloads:
              deregistration: {propagationDelay: 12s}
              authentication:
                joinToken: {}
                aws: {regions: [eu-west-1], ec2: {maxInstanceAge: 5m}, ecs: {details: Reported}}
                gcp: {projects: [p], jwksUri: https://x/keys, maxInstanceAge: 5m}
                azure:
                  audience: api://x
                  signers: [metadata.azure.com]
                  intermediateHosts: [www.microsoft.com, 'x:80']
                  roots: ROOTS
                  tenants:
                  - {tenantId: 6fd5f7a1-0c4e-4d4e-9d55-0b1f1c6d0a11, subscriptions: [6fd5f7a1-0c4e-4d4e-9d55-0b1f1c6d0a11], jwksUri: https://x/keys}
                  - {tenantId: 7fd5f7a1-0c4e-4d4e-9d55-0b1f1c6d0a11, subscriptions: [6fd5f7a1-0c4e-4d4e-9d55-0b1f1c6d0a11], jwks: '{"keys": []}'}
                kubernetes: {namespaces: [shop]}
                jwt:
                  issuers:
                  - {issuer: https://id.example, shortName: corp, jwksUri: 'https://id.example/keys?a=b', tokenFields: {attributes: {jsonPath: .custom}}, subjectIs: Shared, algorithms: [ES256], audiences: [a]}
                  - {issuer: https://id.example/, shortName: corp-2, jwks: '{"keys": []}'}
                spiffe:
                  trustDomains: [{name: corp.example, bundle: '{"keys": []}'}, {name: a, bundleUri: https://a}, {name: b, bundleFile: /x}]
                x509:
                  authorities: [{name: corp, roots: ROOTS, crlFile: /x}]
            """,
            "workloads: {authentication: {gcp: {jwksUri: https://x, jwks: '{\"keys\": []}'}}}",
            "workloads: {authentication: {gcp: {jwks: '{\"keys\": []}'}, azure: {tenants: []}, spiffe: {trustDomains: [{name: a}]}}}",
            "workloads: {authentication: {x509: {authorities: [{name: a, roots: ROOTS}, {name: a, roots: ROOTS}]}}}",
            "components: {instance: {kubeSpec: {deployment: {hpaSpec: {minReplicas: 11}}}}}",
            "components: {instance: {kubeSpec: {deployment: {hpaSpec: {maxReplicas: 1}}}}}",
            "rollout: {maxUnavailable: 3}",
        ],
        ["jointokens.yaml"] = ["{workloadGroup: g, tokenSha256: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa, expiresAt: '2030-01-01T00:00:00Z'}"],
        ["credentialuses.yaml"] = ["{identity: i, jkt: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa, expiresAt: '2030-01-01T00:00:00Z'}"],
        ["workloadkeybindings.yaml"] = ["{identity: i, jkt: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa}"],
    };

    /// <summary>The specs of a kind, and each with one place changed.</summary>
    public static IReadOnlyList<JsonObject> Create(string file)
    {
        string roots = JsonSerializer.Serialize(Authority());
        JsonObject[] specs = [.. Specs[file].Select(text => ResourceReader.ReadObject(Encoding.UTF8.GetBytes(text.Replace("ROOTS", roots, StringComparison.Ordinal))).Value!)];
        return [.. specs, .. specs.SelectMany(spec => Change(spec).Cast<JsonObject>())];
    }

    /// <summary>Every value that is this one but for one place.</summary>
    private static IEnumerable<JsonNode?> Change(JsonNode? value) => value switch
    {
        JsonObject map => map.Select(field => With(map, copy => copy.Remove(field.Key)))
            .Concat(map.SelectMany(field => Change(field.Value).Select(changed => With(map, copy => copy[field.Key] = changed)))),
        JsonArray list => ((JsonNode[])[new JsonArray()])
            .Concat(list.Count == 0 ? [] : [With(list, copy => copy.Add(list[0]!.DeepClone()))])
            .Concat(list.Skip(1).OfType<JsonObject>().Select((item, i) => With(list, copy => copy[i + 1] = Union(list[0] as JsonObject, item))))
            .Concat(list.SelectMany((item, i) => Change(item).Select(changed => With(list, copy => copy[i] = changed)))),
        JsonValue scalar when scalar.GetValueKind() == JsonValueKind.String => Texts
            .Concat([$"{scalar}!", $"{scalar}\n", $" {scalar}", $"{scalar}".ToUpperInvariant(), $"{scalar}".ToLowerInvariant(), $"{scalar}{scalar}", string.Concat($"{scalar}".Skip(1))])
            .Select(text => (JsonNode?)JsonValue.Create(text)),
        JsonValue scalar when scalar.GetValueKind() == JsonValueKind.Number => Numbers.Select(number => (JsonNode?)JsonValue.Create(number)),
        _ => [],
    };

    private static JsonNode With<T>(T value, Action<T> change)
        where T : JsonNode
    {
        var copy = (T)value.DeepClone();
        change(copy);
        return copy;
    }

    private static JsonObject Union(JsonObject? one, JsonObject other)
    {
        var both = (JsonObject)other.DeepClone();
        foreach ((string name, JsonNode? value) in one ?? [])
        {
            both[name] = both[name] is JsonObject inner && value is JsonObject more ? Union(more, inner) : both[name] ?? value?.DeepClone();
        }

        return both;
    }

    private static string Authority()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=corp", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));
        using X509Certificate2 certificate = request.CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(100));
        return certificate.ExportCertificatePem();
    }
}
