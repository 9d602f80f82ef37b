using System.Management.Automation;
using System.Text.Json.Nodes;
using Onboarding.Cmdlets.Loading;
using Onboarding.Fleet.Planes;

namespace Onboarding.Cmdlets;

/// <summary>Changes the plane's configuration: as a file says, or which issuers of tokens it trusts.</summary>
[Cmdlet(VerbsCommon.Set, "OnboardingPlane", SupportsShouldProcess = true, DefaultParameterSetName = ByPath, HelpUri = HelpLink.Root + "Set-OnboardingPlane")]
[OutputType(typeof(OnboardingPlaneConfiguration))]
public sealed class SetOnboardingPlaneCommand : FleetCmdlet
{
    private const string ByPath = "Path";
    private const string AddSet = "AddIssuer";
    private const string RemoveSet = "RemoveIssuer";

    /// <summary>File with one OnboardingPlane.</summary>
    [Parameter(ParameterSetName = ByPath, Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [Alias("FullName")]
    [ValidateNotNullOrEmpty]
    public string Path { get; set; } = "";

    /// <summary>Take over fields that others own.</summary>
    [Parameter(ParameterSetName = ByPath)]
    public SwitchParameter Force { get; set; }

    /// <summary>An issuer to trust, exactly as in <c>iss</c>; one that is trusted already is changed.</summary>
    [Parameter(ParameterSetName = AddSet, Mandatory = true)]
    [ValidateNotNullOrEmpty]
    public string AddJwtIssuer { get; set; } = "";

    /// <summary>Short name of the issuer, part of the names of its machines' registrations.</summary>
    [Parameter(ParameterSetName = AddSet, Mandatory = true)]
    [ValidateNotNullOrEmpty]
    public string ShortName { get; set; } = "";

    /// <summary>Where its keys are fetched; found by OIDC discovery if not given.</summary>
    [Parameter(ParameterSetName = AddSet)]
    [ValidateNotNullOrEmpty]
    public string? JwksUri { get; set; }

    /// <summary>File with its keys, a JSON Web Key Set, for a plane that can't reach it.</summary>
    [Parameter(ParameterSetName = AddSet)]
    [ValidateNotNullOrEmpty]
    public string? JwksPath { get; set; }

    /// <summary>What a subject names: one host, or something that hosts share.</summary>
    [Parameter(ParameterSetName = AddSet)]
    [ValidateSet("Host", "Shared")]
    public string? SubjectIs { get; set; }

    /// <summary>Audiences that are accepted besides the plane's uid.</summary>
    [Parameter(ParameterSetName = AddSet)]
    [ValidateNotNullOrEmpty]
    public string[] Audience { get; set; } = [];

    /// <summary>An issuer to trust no more: its members leave when their tokens are renewed.</summary>
    [Parameter(ParameterSetName = RemoveSet, Mandatory = true)]
    [ValidateNotNullOrEmpty]
    public string RemoveJwtIssuer { get; set; } = "";

    private protected override object? Target => ParameterSetName switch
    {
        AddSet => AddJwtIssuer,
        RemoveSet => RemoveJwtIssuer,
        _ => Path,
    };

    private protected override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        var store = new PlaneStore(Session.Kubernetes);
        if (ParameterSetName == ByPath)
        {
            Api.Install.OnboardingPlane plane = await PlaneStore.ReadAsync(FilePath(Path), cancellationToken);
            plane = plane with { Metadata = plane.Metadata with { Namespace = Namespace ?? plane.Metadata.Namespace ?? Api.Install.OnboardingPlane.DefaultNamespace } };
            if (ShouldMake(Session.Describe(plane.Metadata.Namespace!, plane.Metadata.Name), "Apply plane configuration", () => PlaneView.Write(plane)))
            {
                WriteObject(new OnboardingPlaneConfiguration(await store.ApplyAsync(plane, Force, cancellationToken)));
            }

            return;
        }

        // Which plane is meant is looked up: -WhatIf asks no one.
        string target = Session.Describe(Namespace ?? "*", Api.Install.OnboardingPlane.DefaultName);
        if (ParameterSetName == RemoveSet)
        {
            if (ShouldProcess(target, $"Trust issuer {RemoveJwtIssuer} no more"))
            {
                WriteObject(new OnboardingPlaneConfiguration(await store.RemoveIssuerAsync(Namespace, RemoveJwtIssuer, cancellationToken)));
            }

            return;
        }

        JsonObject issuer = await IssuerAsync(cancellationToken);
        if (ShouldMake(target, $"Trust issuer {AddJwtIssuer}", () => issuer.ToJsonString()))
        {
            WriteObject(new OnboardingPlaneConfiguration(await store.PutIssuerAsync(Namespace, issuer, cancellationToken)));
        }
    }

    private async Task<JsonObject> IssuerAsync(CancellationToken cancellationToken)
    {
        var issuer = new JsonObject { ["issuer"] = AddJwtIssuer, ["shortName"] = ShortName };
        if (JwksUri is not null)
        {
            issuer["jwksUri"] = JwksUri;
        }

        if (JwksPath is not null)
        {
            issuer["jwks"] = await File.ReadAllTextAsync(FilePath(JwksPath), cancellationToken);
        }

        if (SubjectIs is not null)
        {
            issuer["subjectIs"] = SubjectIs;
        }

        if (Audience.Length > 0)
        {
            issuer["audiences"] = new JsonArray([.. Audience.Select(a => JsonValue.Create(a))]);
        }

        return issuer;
    }
}
