using System.Net;
using k8s;
using Onboarding.Embedded.Istio;
using Onboarding.Tests.IstiodRevision;

// istiod-revision AUTHORITY KUBECONFIG REVISION: an istiod of one revision beside a plane's own, as a process of its own. It signs with the same
// authority, as revisions of a mesh do, and asks the plane's API server about tokens. The first line that it prints is its port, each other one the
// id of a proxy whose stream it has accepted. It ends with its standard input: no test leaves one behind.
if (args is not [string authority, string kubeconfig, string revision])
{
    Console.Error.WriteLine("usage: istiod-revision AUTHORITY KUBECONFIG REVISION");
    return 2;
}

using var cluster = new Kubernetes(KubernetesClientConfiguration.BuildConfigFromConfigFile(kubeconfig));
await using IstiodServer istiod = await IstiodServer.StartAsync(new IstiodOptions
{
    DataDirectory = authority,
    Address = IPAddress.Loopback,
    Port = 0,
    Revisions = [revision],
    TokenReviewer = new ApiServerReview(cluster).ReviewAsync,
    ProxyObserver = new PrintedProxies(Console.Out),
});
Console.Out.WriteLine(istiod.Address.Port);
await Console.In.ReadToEndAsync();
return 0;
