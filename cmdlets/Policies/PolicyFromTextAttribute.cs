using System.Management.Automation;
using Onboarding.Client.Errors;
using Onboarding.Fleet.Policies;

namespace Onboarding.Cmdlets;

/// <summary>Takes the text of one policy, YAML or JSON, for the policy: what <c>New-WorkloadGroupPolicy -AsYaml</c> writes can be piped on.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class PolicyFromTextAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData) =>
        (inputData is PSObject wrapped ? wrapped.BaseObject : inputData) is string text ? Read(text) : inputData;

    private static WorkloadGroupPolicy Read(string text)
    {
        try
        {
            PolicyFile file = PolicyFile.Parse(System.Text.Encoding.UTF8.GetBytes(text), "the text");
            return file.Policies.Count == 1
                ? new WorkloadGroupPolicy(PolicyView.Create(file.Policies[0], file.Groups))
                : throw new ArgumentTransformationMetadataException("The text holds several policies. Write it to a file: Set-WorkloadGroupPolicy -Path FILE");
        }
        catch (OnboardingException e)
        {
            throw new ArgumentTransformationMetadataException($"{e.Message} A text is taken as a whole: Get-Content -Raw, or Set-WorkloadGroupPolicy -Path FILE.");
        }
    }
}
