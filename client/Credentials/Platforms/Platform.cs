namespace Onboarding.Client.Credentials.Platforms;

/// <summary>A platform that attests to what runs on it.</summary>
internal enum Platform
{
    /// <summary>None that this agent knows.</summary>
    None,

    /// <summary>An EC2 instance.</summary>
    AwsEc2,

    /// <summary>An ECS task.</summary>
    AwsEcs,

    /// <summary>A Compute Engine instance of Google Cloud.</summary>
    Gcp,

    /// <summary>A virtual machine of Azure.</summary>
    Azure,
}
