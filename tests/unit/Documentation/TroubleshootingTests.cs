using System.Reflection;
using Google.Rpc;
using Grpc.Core;
using Onboarding.Api;
using Onboarding.Client.Errors;
using Onboarding.Endpoint.Calls;
using Onboarding.Plane.Refusals;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Unit.Documentation;

/// <summary>What people are told to look up is there.</summary>
public sealed class TroubleshootingTests
{
    private static readonly string[] Headings =
    [
        .. File.ReadLines(Path.Combine(Repository.Root, "docs", "troubleshooting.md"))
            .Where(line => line.StartsWith("### ", StringComparison.Ordinal))
            .Select(line => line["### ".Length..].Trim()),
    ];

    private static readonly string Text = File.ReadAllText(Path.Combine(Repository.Root, "docs", "troubleshooting.md")).ReplaceLineEndings(" ");

    private static readonly string Names = File.ReadAllText(Path.Combine(Repository.Root, "docs", "reference", "names.md"));

    private static readonly string[] Constants = [.. ConstantsOf(typeof(ErrorIds)), .. ConstantsOf(typeof(Reasons)).Where(name => name != Reasons.Domain)];

    public static TheoryData<string> Explained => new(Constants);

    [Theory]
    [MemberData(nameof(Explained))]
    public void Every_error_id_and_reason_code_has_a_heading_of_its_own(string name) => Headings.Count(h => h == name).ShouldBe(1, name);

    [Theory]
    [MemberData(nameof(Explained))]
    public void Every_error_id_and_reason_code_is_among_the_names(string name) => Names.ShouldContain($"\n| `{name}` |");

    [Fact]
    public void Every_reason_code_is_found_by_the_name_that_people_see() =>
        ConstantsOf(typeof(Reasons)).Where(reason => reason != Reasons.Domain)
            .ShouldAllBe(reason => Text.Contains($"`{RefusalErrors.IdOf(reason)}` [{reason}](#{reason.ToLowerInvariant()})"));

    [Fact]
    public void Every_refusal_says_where_it_is_explained()
    {
        foreach (string reason in ConstantsOf(typeof(Reasons)).Where(reason => reason != Reasons.Domain))
        {
            RpcException refused = RefusalStatus.ToRpcException(new Refusal(RefusalCode.PermissionDenied, reason, "no"), "id");

            string help = DetailOf(refused).Metadata["help"];

            Headings.Count(h => help == $"docs/troubleshooting.md#{h.ToLowerInvariant()}").ShouldBe(1, help);
        }
    }

    [Fact]
    public void Every_error_id_of_the_cmdlets_is_found_here() =>
        File.ReadLines(Path.Combine(Repository.Root, "docs", "cmdlets", "about_Onboarding_Errors.md"))
            .Where(line => line.StartsWith("### ", StringComparison.Ordinal))
            .Select(line => line["### ".Length..])
            .ShouldAllBe(id => Text.Contains($"`{id}`"));

    [Fact]
    public void Nothing_is_explained_that_no_longer_exists() => Headings.ShouldBe(Constants, ignoreOrder: true);

    private static ErrorInfo DetailOf(RpcException refused) => Google.Rpc.Status.Parser
        .ParseFrom(refused.Trailers.First(t => t.Key == "grpc-status-details-bin").ValueBytes).Details.Single().Unpack<ErrorInfo>();

    private static IEnumerable<string> ConstantsOf(Type type) =>
        type.GetFields(BindingFlags.Public | BindingFlags.Static).Where(f => f.IsLiteral).Select(f => (string)f.GetRawConstantValue()!);
}
