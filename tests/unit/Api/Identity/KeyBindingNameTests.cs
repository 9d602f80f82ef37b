using Onboarding.Api.Identity;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Unit.Api.Identity;

public class KeyBindingNameTests
{
    private static readonly WorkloadIdentity Web = new() { Jwt = new JwtIdentity { Issuer = "https://id.example", Subject = "web 1%" } };

    [Fact]
    public void The_canonical_form_names_issuer_and_subject() =>
        CanonicalIdentity.Serialize(Web).ShouldBe("jwt https://id.example web%201%25");

    [Fact]
    public void Attributes_do_not_change_who_a_workload_is() =>
        KeyBindingName.ForIdentity(Web with { Jwt = Web.Jwt! with { Attributes = new Dictionary<string, string> { ["role"] = "x" } } })
            .ShouldBe(KeyBindingName.ForIdentity(Web));

    [Fact]
    public void The_canonical_form_of_AWS_leaves_out_role_and_zone()
    {
        AwsIdentity aws = new() { Partition = "aws", Account = "111122223333", Region = "eu-west-1", Zone = "eu-west-1a" };

        CanonicalIdentity.Serialize(new WorkloadIdentity { Aws = aws with { Ec2 = new Ec2Instance { InstanceId = "i-1", IamRole = new IamRole("web") } } })
            .ShouldBe("aws aws 111122223333 eu-west-1 ec2 i-1");
        CanonicalIdentity.Serialize(new WorkloadIdentity { Aws = aws with { Ecs = new EcsTask { Cluster = "c", TaskId = "t" } } })
            .ShouldBe("aws aws 111122223333 eu-west-1 ecs c t");
    }

    [Fact]
    public void A_space_in_a_subject_moves_no_boundary() =>
        CanonicalIdentity.Serialize(Web with { Jwt = new JwtIdentity { Issuer = "https://a b", Subject = "c" } })
            .ShouldNotBe(CanonicalIdentity.Serialize(Web with { Jwt = new JwtIdentity { Issuer = "https://a", Subject = "b c" } }));

    [Fact]
    public void The_name_is_base32_of_the_hash()
    {
        // printf 'jwt https://id.example web%%201%%25' | sha256sum | xxd -r -p | base32 | tr A-Z a-z | tr -d =
        KeyBindingName.ForIdentity(Web).ShouldBe("hdwstfhakqu7knyy3wvkbge3kmghjhatbeoo654rnleu3hsdidpa");
        KeyBindingName.ForIdentity(Web).Length.ShouldBe(52);
    }

    [Fact]
    public void An_identity_of_no_platform_has_no_name() =>
        Should.Throw<ArgumentException>(() => KeyBindingName.ForIdentity(new WorkloadIdentity()));

    [Fact]
    public void A_shared_subject_carries_the_start_of_the_thumbprint() =>
        SharedSubject.ForKey("web", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8").ShouldBe("web-h-0001020304050607");

    [Theory]
    [InlineData("!")]
    [InlineData("AAEC")]
    public void A_thumbprint_that_is_none_is_refused(string thumbprint) =>
        Should.Throw<ArgumentException>(() => SharedSubject.ForKey("web", thumbprint));
}
