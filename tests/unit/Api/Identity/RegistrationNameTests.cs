using System.Text;
using System.Text.RegularExpressions;
using Onboarding.Api.Identity;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Unit.Api.Identity;

public partial class RegistrationNameTests
{
    [Theory]
    [InlineData("web-1", "ratings-jwt-corp--web-1")]
    [InlineData("8f1e", "ratings-jwt-corp--8f1e")]
    [InlineData("Web", "ratings-jwt-corp----57eb")]
    [InlineData("web.example", "ratings-jwt-corp---web-2eexample")]
    [InlineData("-a", "ratings-jwt-corp----2da")]
    [InlineData("a-", "ratings-jwt-corp---a-2d")]
    [InlineData("a b", "ratings-jwt-corp---a-20b")]
    [InlineData("auth0|x_y", "ratings-jwt-corp---auth0-7cx-5fy")]
    public void Subjects_that_are_DNS_safe_stay_and_others_are_escaped(string subject, string name) =>
        NameOf("ratings", Jwt(subject)).ShouldBe(name);

    [Theory]
    [InlineData("")]
    [InlineData("ä")]
    [InlineData("a\n")]
    [InlineData("a\u007f")]
    [InlineData("\ud83d\ude00")]
    public void Subjects_that_no_name_can_be_made_of_are_refused(string subject) => NameOf("ratings", Jwt(subject)).ShouldBeNull();

    [Fact]
    public void A_token_needs_the_short_name_of_its_issuer() =>
        RegistrationName.TryCreate("ratings", Jwt("a"), issuerShortName: null, out _).ShouldBeFalse();

    [Fact]
    public void An_instance_of_EC2_is_named_as_documented() =>
        NameOf("ratings", Ec2("i-1234567890abcdef0")).ShouldBe("ratings-aws-aws-123456789012-us-east-2b-ec2-i-1234567890abcdef0");

    [Fact]
    public void A_task_of_ECS_is_named_as_documented() =>
        NameOf("ratings", Ecs("bookinfo", "3a1513")).ShouldBe("ratings-aws-aws-123456789012-us-east-2b-ecs-bookinfo-3a1513");

    [Fact]
    public void A_cluster_with_other_characters_is_escaped() =>
        NameOf("ratings", Ecs("Book_info", "3a1513")).ShouldBe("ratings-aws-aws-123456789012-us-east-2b-ecs---42ook-5finfo-3a1513");

    [Fact]
    public void Identities_of_none_or_two_platforms_are_refused()
    {
        NameOf("ratings", new WorkloadIdentity()).ShouldBeNull();
        NameOf("ratings", Jwt("a") with { Aws = Ec2("i-1").Aws }).ShouldBeNull();
        NameOf("ratings", new WorkloadIdentity { Aws = Ec2("i-1").Aws! with { Ec2 = null } }).ShouldBeNull();
    }

    [Theory]
    [InlineData("aws1")]
    [InlineData("AWS")]
    [InlineData("")]
    public void Odd_partitions_are_refused(string partition) =>
        NameOf("g", new WorkloadIdentity { Aws = Ec2("i-1").Aws! with { Partition = partition } }).ShouldBeNull();

    [Theory]
    [InlineData("us-ec2-x")]
    [InlineData("us.east")]
    public void Odd_zones_are_refused(string zone) =>
        NameOf("g", new WorkloadIdentity { Aws = Ec2("i-1").Aws! with { Zone = zone } }).ShouldBeNull();

    [Fact]
    public void Names_of_200_characters_stay_and_longer_ones_are_cut_and_hashed()
    {
        string prefix = "ratings-jwt-corp--";

        NameOf("ratings", Jwt(new string('a', 200 - prefix.Length)))!.Length.ShouldBe(200);
        string first = NameOf("ratings", Jwt(new string('a', 201 - prefix.Length)))!;
        string second = NameOf("ratings", Jwt(new string('a', 202 - prefix.Length)))!;

        first.Length.ShouldBe(200);
        HashedName().IsMatch(first).ShouldBeTrue(first);
        first[..183].ShouldBe(second[..183]);
        first.ShouldNotBe(second);
    }

    [Fact]
    public void Every_name_is_valid_and_no_two_subjects_share_one()
    {
        Random random = new(4711);
        const string Few = "aZ09-._ :/|A~";
        Dictionary<string, string> subjects = new(StringComparer.Ordinal);
        for (int round = 0; round < 20_000; round++)
        {
            StringBuilder subject = new();
            for (int length = random.Next(1, random.Next(2) == 0 ? 5 : 260); length > 0; length--)
            {
                subject.Append(random.Next(4) == 0 ? (char)random.Next(' ', 0x7f) : Few[random.Next(Few.Length)]);
            }

            string name = NameOf("my.group", Jwt(subject.ToString()))!;

            name.Length.ShouldBeLessThanOrEqualTo(253);
            Subdomain().IsMatch(name).ShouldBeTrue(name);
            (subjects.TryAdd(name, subject.ToString()) || subjects[name] == subject.ToString()).ShouldBeTrue($"{name}: {subject} and {subjects[name]}");
        }
    }

    [Fact]
    public void No_two_short_texts_share_a_name()
    {
        string[] alphabet = ["a", "-", "2", "d", "A", "."];
        IEnumerable<string> texts = alphabet;
        HashSet<string> names = new(StringComparer.Ordinal);
        int count = 0;
        for (int length = 1; length <= 5; length++)
        {
            foreach (string text in texts)
            {
                count++;
                names.Add(NameOf("g", Jwt(text))!).ShouldBeTrue(text);
            }

            texts = texts.SelectMany(text => alphabet.Select(letter => text + letter));
        }

        names.Count.ShouldBe(count);
    }

    [Fact]
    public void Long_groups_cut_at_a_dot_still_make_valid_names()
    {
        for (int length = 150; length <= 253; length++)
        {
            string group = string.Join('.', Enumerable.Repeat("a", (length + 1) / 2));

            Subdomain().IsMatch(NameOf(group, Jwt("Web"))!).ShouldBeTrue(group);
        }
    }

    private static string? NameOf(string group, WorkloadIdentity identity) =>
        RegistrationName.TryCreate(group, identity, "corp", out string? name) ? name : null;

    private static WorkloadIdentity Jwt(string subject) => new() { Jwt = new JwtIdentity { Issuer = "https://id.example", Subject = subject } };

    private static WorkloadIdentity Ec2(string instance) => new()
    {
        Aws = new AwsIdentity { Partition = "aws", Account = "123456789012", Region = "us-east-2", Zone = "us-east-2b", Ec2 = new Ec2Instance { InstanceId = instance } },
    };

    private static WorkloadIdentity Ecs(string cluster, string task) => new()
    {
        Aws = Ec2("i").Aws! with { Ec2 = null, Ecs = new EcsTask { Cluster = cluster, TaskId = task } },
    };

    [GeneratedRegex(@"^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\z")]
    private static partial Regex Subdomain();

    [GeneratedRegex(@"^ratings-jwt-corp--a{165}-[0-9a-f]{16}\z")]
    private static partial Regex HashedName();
}
