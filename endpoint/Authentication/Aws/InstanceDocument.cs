using Onboarding.Api.Identity;

namespace Onboarding.Endpoint.Authentication.Aws;

/// <summary>What an instance identity document says that matters here.</summary>
/// <param name="Account">Account, 12 digits.</param>
/// <param name="Region">Region.</param>
/// <param name="Zone">Availability zone, of that region.</param>
/// <param name="InstanceId">Instance id.</param>
/// <param name="PendingTime">When the instance was last started (not rebooted).</param>
internal sealed record InstanceDocument(string Account, string Region, string Zone, string InstanceId, DateTimeOffset PendingTime)
{
    /// <summary>The identity it gives, with the role if one was proved.</summary>
    public WorkloadIdentity ToIdentity(IamRole? role) => new()
    {
        Aws = new AwsIdentity
        {
            Partition = Api.Proofs.Aws.AwsPartition.ForRegion(Region),
            Account = Account,
            Region = Region,
            Zone = Zone,
            Ec2 = new Ec2Instance { InstanceId = InstanceId, IamRole = role },
        },
    };
}
