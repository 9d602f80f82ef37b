using System.Text;
using Onboarding.Embedded.Authentication;

namespace Onboarding.Embedded.Hosting;

/// <summary>Writes the kubeconfig that makes kubectl and everything else find the server.</summary>
internal static class AdminKubeconfig
{
    public static void Write(string path, Uri address, string authorityPem, string token)
    {
        string server = address.GetLeftPart(UriPartial.Authority);
        string authority = Convert.ToBase64String(Encoding.ASCII.GetBytes(authorityPem));
        SecretFile.Write(path, $"""
            apiVersion: v1
            kind: Config
            clusters:
            - name: onboarding-embedded
              cluster:
                server: {server}
                certificate-authority-data: {authority}
            users:
            - name: onboarding-embedded-admin
              user:
                token: {token}
            contexts:
            - name: onboarding-embedded
              context:
                cluster: onboarding-embedded
                user: onboarding-embedded-admin
                namespace: default
            current-context: onboarding-embedded

            """);
    }
}
