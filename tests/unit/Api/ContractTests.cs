using Google.Protobuf.Reflection;
using Shouldly;
using Xunit;
using Frozen = Onboarding.Tests.FrozenClient.Rpc;
using Today = Onboarding.Api.Rpc;

namespace Onboarding.Tests.Unit.Api;

/// <summary>
/// Today's contract has all that the last release's has, under the same numbers: else a message of an agent that isn't upgraded yet would
/// be read as something else, and nothing would say so.
/// </summary>
public sealed class ContractTests
{
    public static TheoryData<string> Files => [.. Contract().Select(pair => pair.Frozen.Name)];

    [Theory]
    [MemberData(nameof(Files))]
    public void Nothing_of_the_last_release_has_another_number_name_or_type(string file)
    {
        (FileDescriptor frozen, FileDescriptor today) = Contract().Single(pair => pair.Frozen.Name == file);
        today.Name.ShouldBe(frozen.Name);
        today.Package.ShouldBe(frozen.Package);
        foreach (MessageDescriptor message in frozen.MessageTypes)
        {
            MessageDescriptor same = today.MessageTypes.SingleOrDefault(m => m.Name == message.Name).ShouldNotBeNull(message.FullName);
            foreach (FieldDescriptor field in message.Fields.InDeclarationOrder())
            {
                Shape(same.FindFieldByNumber(field.FieldNumber).ShouldNotBeNull(field.FullName)).ShouldBe(Shape(field));
            }
        }

        foreach (EnumDescriptor values in frozen.EnumTypes)
        {
            EnumDescriptor same = today.EnumTypes.Single(e => e.Name == values.Name);
            values.Values.Select(v => (v.Name, v.Number)).ShouldBeSubsetOf(same.Values.Select(v => (v.Name, v.Number)));
        }

        foreach (ServiceDescriptor service in frozen.Services)
        {
            ServiceDescriptor same = today.Services.Single(s => s.Name == service.Name);
            service.Methods.Select(Shape).ShouldBeSubsetOf(same.Methods.Select(Shape));
        }
    }

    [Fact]
    public void The_copy_is_complete() =>
        Directory.GetFiles(Path.Combine(Testing.Repository.Root, "api/Protos/onboarding/v1alpha1"), "*.proto")
            .Select(file => $"onboarding/v1alpha1/{Path.GetFileName(file)}")
            .ShouldBe(Contract().Select(pair => pair.Frozen.Name), ignoreOrder: true);

    private static string Shape(FieldDescriptor field) =>
        $"{field.FullName} = {field.FieldNumber} {field.FieldType} {TypeOf(field)} repeated={field.IsRepeated} map={field.IsMap} in {field.RealContainingOneof?.Name}";

    private static string TypeOf(FieldDescriptor field) => field.FieldType switch
    {
        FieldType.Message => field.MessageType.FullName,
        FieldType.Enum => field.EnumType.FullName,
        _ => "",
    };

    private static string Shape(MethodDescriptor method) =>
        $"{method.FullName}({method.IsClientStreaming} {method.InputType.FullName}) returns ({method.IsServerStreaming} {method.OutputType.FullName})";

    private static IEnumerable<(FileDescriptor Frozen, FileDescriptor Today)> Contract() =>
    [
        (Frozen.DiscoveryReflection.Descriptor, Today.DiscoveryReflection.Descriptor),
        (Frozen.AuthorizationReflection.Descriptor, Today.AuthorizationReflection.Descriptor),
        (Frozen.IdentityReflection.Descriptor, Today.IdentityReflection.Descriptor),
        (Frozen.CredentialsReflection.Descriptor, Today.CredentialsReflection.Descriptor),
        (Frozen.AwsReflection.Descriptor, Today.AwsReflection.Descriptor),
        (Frozen.ProofReflection.Descriptor, Today.ProofReflection.Descriptor),
        (Frozen.RegistrationReflection.Descriptor, Today.RegistrationReflection.Descriptor),
        (Frozen.SessionReflection.Descriptor, Today.SessionReflection.Descriptor),
    ];
}
