using System.Text;
using Onboarding.Api;
using Onboarding.Api.Configuration;
using Onboarding.Api.Reading;
using Onboarding.Api.Registration;
using Onboarding.Client.Configuration;
using Onboarding.Client.Credentials.Files;
using Onboarding.Client.Errors;
using Onboarding.Documents;

namespace Onboarding.Client.Local;

/// <summary>The configuration of a join: two files, or made of what a person said.</summary>
internal sealed record JoinConfiguration(OnboardingConfiguration Onboarding, AgentConfiguration Agent)
{
    /// <summary>Reads it, and says everything that is wrong with it.</summary>
    /// <exception cref="OnboardingException">
    /// <see cref="ErrorIds.ConfigurationMissing"/>, <see cref="ErrorIds.ConfigurationUnreadable"/> or
    /// <see cref="ErrorIds.ConfigurationInvalid"/>.
    /// </exception>
    public static JoinConfiguration Read(JoinRequest request)
    {
        OnboardingConfiguration? onboarding = request.Endpoint is null ? null : Make(request);
        var paths = new ConfigurationPaths(
            request.ConfigurationPath ?? ConfigurationPaths.DefaultOnboarding, request.AgentConfigurationPath ?? ConfigurationPaths.DefaultAgent);
        LoadedConfiguration loaded = LoadedConfiguration.Read(paths, skipOnboarding: onboarding is not null);
        onboarding ??= loaded.Onboarding;
        if (onboarding is null || loaded.Agent is null)
        {
            throw new OnboardingException(
                loaded.ErrorId,
                $"The configuration can't be used: {string.Join("; ", loaded.Errors)}.",
                NextStep(loaded.ErrorId, loaded.Errors.First().File, paths));
        }

        return new JoinConfiguration(Amend(onboarding, request), Amend(loaded.Agent, request));
    }

    private static string NextStep(string errorId, string file, ConfigurationPaths paths) => errorId switch
    {
        ErrorIds.ConfigurationMissing when file == paths.Onboarding =>
            $"make it (New-OnboardingConfiguration {file} -Endpoint HOST -Namespace NAMESPACE -WorkloadGroup GROUP), or say which to use: -ConfigurationPath FILE, or -Endpoint, -Namespace and -WorkloadGroup",
        ErrorIds.ConfigurationMissing => "say which to use: -AgentConfigurationPath FILE; without one, everything has its default",
        ErrorIds.ConfigurationUnreadable => $"namei -l {file}",
        _ => $"correct it, then: Test-OnboardingConfiguration {file}",
    };

    private static OnboardingConfiguration Make(JoinRequest request)
    {
        (string host, int port) = Split(request.Endpoint!);
        var made = new OnboardingConfiguration
        {
            OnboardingEndpoint = new OnboardingEndpoint
            {
                Host = host,
                Port = port,
                TransportSecurity = request.ServerName is null && request.CertificateAuthorityPath is null ? null : new ClientTransportSecurity
                {
                    Tls = new ClientTlsSettings { Sni = request.ServerName, CaFile = request.CertificateAuthorityPath },
                },
            },
            WorkloadGroup = new(request.Namespace ?? "", request.WorkloadGroup ?? ""),
        };
        return Check(made);
    }

    private static OnboardingConfiguration Amend(OnboardingConfiguration configuration, JoinRequest request)
    {
        if (request.Labels.Count > 0)
        {
            var labels = new Dictionary<string, string>(configuration.Workload?.Labels ?? new Dictionary<string, string>());
            foreach ((string name, string value) in request.Labels)
            {
                labels[name] = value;
            }

            configuration = configuration with { Workload = new WorkloadInfo { Labels = labels } };
        }

        if (request.ConnectedOver is { } over)
        {
            configuration = configuration with { Settings = new RegistrationSettings { ConnectedOver = Enum.Parse<AddressType>(over, ignoreCase: true) } };
        }

        return request.Labels.Count > 0 ? Check(configuration) : configuration;
    }

    private static AgentConfiguration Amend(AgentConfiguration configuration, JoinRequest request)
    {
        CredentialSource? source =
            request.CredentialPlugin is { } plugin ? new CredentialSource { Plugin = new PluginConfiguration { Name = Path.GetFileName(plugin), Path = plugin } }
            : request.TokenPath is { } token ? new CredentialSource { JoinToken = new JoinTokenSource { File = token } }
            : request.Token is not null ? new CredentialSource { JoinToken = new JoinTokenSource { File = JoinTokenFile.PathIn(request.StateDirectory ?? LocalPaths.OwnState) } }
            : null;
        return source is null ? configuration : configuration with
        {
            Host = configuration.Host with
            {
                Custom = (configuration.Host.Custom ?? new CustomHost()) with { Credential = [source] },
            },
        };
    }

    /// <summary>What was made of parameters obeys the rules of the file, and is refused with the same words.</summary>
    private static OnboardingConfiguration Check(OnboardingConfiguration made)
    {
        ReadResult<OnboardingConfiguration> read =
            ResourceReader.Read(ResourceKinds.OnboardingConfiguration, Encoding.UTF8.GetBytes(made.ToJson().ToJsonString()));
        return read.Value ?? throw new OnboardingException(
            ErrorIds.ConfigurationInvalid,
            $"What was given can't be joined: {string.Join("; ", read.Problems.Select(p => $"{p.Path}: {p.Message}"))}.",
            "Get-Help Register-MeshWorkload -Examples");
    }

    private static (string Host, int Port) Split(string endpoint) => PlaneAddress.TryParse(endpoint) is { } address
        ? (address.Host, address.Port ?? OnboardingEndpoint.DefaultPort)
        : throw new OnboardingException(
            ErrorIds.ConfigurationInvalid, $"'{endpoint}' isn't the address of a plane.", "write it as host, host:port or https://host:port");
}
