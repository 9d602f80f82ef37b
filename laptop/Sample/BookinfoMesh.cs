using System.Globalization;
using System.Text.Json.Nodes;
using Onboarding.Api.Install;
using Onboarding.Api.Istio;
using Onboarding.Api.Meta;
using Onboarding.Api.Policies;
using Onboarding.Documents;
using Onboarding.Kubernetes;
using Onboarding.Kubernetes.Models;

namespace Onboarding.Laptop.Sample;

/// <summary>What a platform engineer sets up once for Bookinfo's ratings: a group to join, who may join it, and whose tokens count.</summary>
internal sealed class BookinfoMesh(KubernetesClient kubernetes, string fieldManager)
{
    public const string Namespace = "bookinfo";
    public const string Group = "ratings";

    /// <summary>Applies the group and the service account its members will have.</summary>
    public async Task ApplyGroupAsync(CancellationToken cancellationToken)
    {
        await ApplyAsync<V1Namespace>("Namespace", cancellationToken);
        await ApplyAsync<V1ServiceAccount>("ServiceAccount", cancellationToken);
        await ApplyAsync<WorkloadGroup>("WorkloadGroup", cancellationToken);
    }

    /// <summary>Applies the policy that lets its workloads join.</summary>
    public Task ApplyPolicyAsync(CancellationToken cancellationToken) => ApplyAsync<OnboardingPolicy>("OnboardingPolicy", cancellationToken);

    /// <summary>Tells the plane whose tokens count.</summary>
    /// <param name="issuer">The issuer's name.</param>
    /// <param name="keySet">Its public keys (JWKS).</param>
    /// <param name="propagationDelay">How long a leaving workload serves on; null for the plane's default.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    public Task TrustAsync(string issuer, string keySet, TimeSpan? propagationDelay, CancellationToken cancellationToken)
    {
        var workloads = new JsonObject
        {
            ["authentication"] = new JsonObject
            {
                ["jwt"] = new JsonObject
                {
                    ["issuers"] = new JsonArray(new JsonObject
                    {
                        ["issuer"] = issuer,
                        ["shortName"] = "demo",
                        ["jwks"] = keySet,
                        ["tokenFields"] = new JsonObject { ["attributes"] = new JsonObject { ["jsonPath"] = ".custom_attributes" } },
                    }),
                },
            },
        };
        if (propagationDelay is { } delay)
        {
            workloads["deregistration"] =
                new JsonObject { ["propagationDelay"] = string.Create(CultureInfo.InvariantCulture, $"{delay.TotalSeconds}s") };
        }

        return kubernetes.PatchAsync<OnboardingPlane>(
            OnboardingPlane.DefaultNamespace,
            OnboardingPlane.DefaultName,
            V1Patch.Merge(new JsonObject { ["spec"] = new JsonObject { ["workloads"] = workloads } }),
            cancellationToken: cancellationToken);
    }

    /// <summary>A file of samples/bookinfo, as it was when this was built.</summary>
    internal static byte[] SampleFile(string name)
    {
        using Stream stream = typeof(BookinfoMesh).Assembly.GetManifestResourceStream(name)!;
        var content = new MemoryStream();
        stream.CopyTo(content);
        return content.ToArray();
    }

    private async Task ApplyAsync<T>(string kind, CancellationToken cancellationToken)
        where T : class, IKubernetesObject<T>
    {
        JsonObject json = ResourceReader.ReadManifest(SampleFile("bookinfo.yaml")).Value!.Single(o => o["kind"]!.GetValue<string>() == kind);
        await kubernetes.PatchAsync<T>(
            json["metadata"]!["namespace"]?.GetValue<string>(),
            json["metadata"]!["name"]!.GetValue<string>(),
            V1Patch.Apply(json),
            new PatchOptions { FieldManager = fieldManager, Force = true },
            cancellationToken);
    }
}
