using System.Collections;
using System.Management.Automation;
using Onboarding.Client.Local;

namespace Onboarding.Cmdlets;

/// <summary>What says what this machine joins: a configuration file, or its values one by one.</summary>
public abstract class JoinCmdlet : MachineCmdlet
{
    private protected const string FileSet = "File";
    private protected const string EndpointSet = "Endpoint";

    /// <summary>OnboardingConfiguration; by default <c>/etc/onboarding-agent/onboarding.config.yaml</c>.</summary>
    [Parameter(ParameterSetName = FileSet, Position = 0, ValueFromPipelineByPropertyName = true)]
    [Alias("Path", "FullName")]
    public string? ConfigurationPath { get; set; }

    /// <summary>AgentConfiguration; by default <c>/etc/onboarding-agent/agent.config.yaml</c>, which may be absent.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public string? AgentConfigurationPath { get; set; }

    /// <summary>The plane: <c>host</c>, <c>host:port</c> or <c>https://host:port</c>.</summary>
    [Parameter(ParameterSetName = EndpointSet, Mandatory = true, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string? Endpoint { get; set; }

    /// <summary>Namespace of the group.</summary>
    [Parameter(ParameterSetName = EndpointSet, Mandatory = true, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string? Namespace { get; set; }

    /// <summary>Name of the group.</summary>
    [Parameter(ParameterSetName = EndpointSet, Mandatory = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Group")]
    [ValidateNotNullOrEmpty]
    public string? WorkloadGroup { get; set; }

    /// <summary>Name the plane's certificate must have, if it isn't the endpoint's host.</summary>
    [Parameter(ParameterSetName = EndpointSet, ValueFromPipelineByPropertyName = true)]
    public string? ServerName { get; set; }

    /// <summary>File (PEM) with the authorities to trust instead of the machine's.</summary>
    [Parameter(ParameterSetName = EndpointSet, ValueFromPipelineByPropertyName = true)]
    [Alias("CACert")]
    public string? CertificateAuthorityPath { get; set; }

    /// <summary>Program that gives the credential.</summary>
    [Parameter(ParameterSetName = EndpointSet, ValueFromPipelineByPropertyName = true)]
    public string? CredentialPlugin { get; set; }

    /// <summary>File with a join token.</summary>
    [Parameter(ParameterSetName = EndpointSet, ValueFromPipelineByPropertyName = true)]
    public string? TokenPath { get; set; }

    /// <summary>Name of a secret, in a vault of SecretManagement, that is a join token.</summary>
    [Parameter(ParameterSetName = EndpointSet, ValueFromPipelineByPropertyName = true)]
    public string? TokenSecretName { get; set; }

    /// <summary>Labels added to the WorkloadEntry.</summary>
    [Parameter]
    public Hashtable? Label { get; set; }

    /// <summary>How the workload is reached; by default what the configuration says.</summary>
    [Parameter]
    public MeshConnection? ConnectedOver { get; set; }

    /// <summary>The object of the pipeline that the values come from: what an error is about.</summary>
    [Parameter(ValueFromPipeline = true, DontShow = true)]
    public PSObject? InputObject { get; set; }

    private protected override object? Target => InputObject ?? (object?)ConfigurationPath ?? (Endpoint is null ? null : $"{Namespace}/{WorkloadGroup}");

    private protected JoinRequest Request() => new()
    {
        ConfigurationPath = PathOrNull(ConfigurationPath),
        AgentConfigurationPath = PathOrNull(AgentConfigurationPath),
        Endpoint = ParameterSetName == EndpointSet ? Endpoint : null,
        Namespace = Namespace,
        WorkloadGroup = WorkloadGroup,
        ServerName = string.IsNullOrEmpty(ServerName) ? null : ServerName,
        CertificateAuthorityPath = PathOrNull(CertificateAuthorityPath),
        CredentialPlugin = PathOrNull(CredentialPlugin),
        TokenPath = PathOrNull(TokenPath),
        Token = string.IsNullOrEmpty(TokenSecretName) ? null : Invoke(() => SecretVault.Read(InvokeCommand, TokenSecretName)),
        Labels = Labels(),
        ConnectedOver = ConnectedOver?.ToString(),
        StateDirectory = StateDirectoryPath,
    };

    private Dictionary<string, string> Labels() => (Label ?? []).Cast<DictionaryEntry>()
        .ToDictionary(e => LanguagePrimitives.ConvertTo<string>(e.Key), e => LanguagePrimitives.ConvertTo<string>(e.Value));
}

/// <summary>How a workload is reached.</summary>
public enum MeshConnection
{
    /// <summary>By its address in the private network.</summary>
    Vpc = 1,

    /// <summary>By its public address.</summary>
    Internet = 2,
}

/// <summary>Who shall own this machine's session with the plane.</summary>
public enum MeshSessionOwner
{
    /// <summary>The agent service where there is one, else this process.</summary>
    Auto,

    /// <summary>The agent service; it is a failure if there is none.</summary>
    Service,

    /// <summary>This process.</summary>
    Process,
}
