using System.Management.Automation;
using Onboarding.Cmdlets.Loading;
using Onboarding.Cmdlets.Pipeline;
using Onboarding.Fleet.Installation;

namespace Onboarding.Cmdlets;

/// <summary>Makes an OnboardingPlane of a ControlPlane of Tetrate's product. Asks no cluster.</summary>
[Cmdlet(VerbsData.ConvertTo, "OnboardingPlane", DefaultParameterSetName = ByText, HelpUri = HelpLink.Root + "ConvertTo-OnboardingPlane")]
[OutputType(typeof(string))]
public sealed class ConvertToOnboardingPlaneCommand : AsyncCmdlet
{
    private const string ByText = "InputObject";
    private const string ByPath = "Path";
    private readonly List<string> _lines = [];

    /// <summary>The ControlPlane as text, e.g. of <c>kubectl get controlplanes -o yaml</c>; lines are taken together.</summary>
    [Parameter(ParameterSetName = ByText, Mandatory = true, ValueFromPipeline = true)]
    [AllowEmptyString]
    public string[] InputObject { get; set; } = [];

    /// <summary>File with the ControlPlane, YAML or JSON.</summary>
    [Parameter(ParameterSetName = ByPath, Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [Alias("FullName")]
    [ValidateNotNullOrEmpty]
    public string Path { get; set; } = "";

    private protected override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        if (Path.Length > 0)
        {
            if (_lines.Count > 0)
            {
                _lines.Add("---");
            }

            _lines.Add(await PlaneFile.ReadTextAsync(FilePath(Path), cancellationToken));
        }

        _lines.AddRange(InputObject);
    }

    private protected override Task EndAsync(CancellationToken cancellationToken)
    {
        foreach (ControlPlaneText plane in ControlPlaneText.Convert(string.Join('\n', _lines)))
        {
            foreach (string text in plane.Dropped.Select(path => $"dropped: {path}").Concat(plane.Errors.Select(error => $"wrong: {error}")))
            {
                WriteWarning(text);
            }

            WriteObject(plane.Yaml);
        }

        return Task.CompletedTask;
    }
}
