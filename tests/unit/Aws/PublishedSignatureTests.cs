using System.Reflection;
using Onboarding.Api.Proofs.Aws;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Unit.Aws;

/// <summary>What AWS publishes of Signature Version 4 (its test suite, with the key of its documentation), signed by our own code.</summary>
public sealed class PublishedSignatureTests
{
    private const string Key = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
    private const string Time = "20150830T123600Z";

    [Theory]
    [InlineData("post-vanilla", "", null, "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b")]
    [InlineData("post-x-www-form-urlencoded", "Param1=value1", "application/x-www-form-urlencoded", "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a")]
    public void The_signature_is_the_published_one(string name, string body, string? contentType, string signature)
    {
        // Requests of our own are to two services; the suite's is to one that is called service.
        ConstructorInfo make = typeof(AwsRequest).GetConstructors(BindingFlags.Instance | BindingFlags.NonPublic).Single();
        var request = (AwsRequest)make.Invoke(["service", "us-east-1", body, contentType ?? "", null]);
        List<(string Name, string Value)> headers = [("host", "example.amazonaws.com"), ("x-amz-date", Time)];
        if (contentType is not null)
        {
            headers.Insert(0, ("content-type", contentType));
        }

        Convert.ToHexStringLower(request.Sign(Key, headers, Time)).ShouldBe(signature, name);
    }
}
