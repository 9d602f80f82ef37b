using System.Collections;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Microsoft.Extensions.Logging;
using Onboarding.Api;
using Onboarding.Api.Meta;
using Onboarding.Api.Policies;
using Onboarding.Api.Rpc;
using Onboarding.Client.Channel;
using Onboarding.Client.Checks;
using Onboarding.Client.Errors;
using Onboarding.Client.Local;
using Onboarding.Client.Logging;
using Onboarding.Fleet.Contexts;
using Onboarding.Fleet.Policies;
using Onboarding.Fleet.Workloads;
using Onboarding.Kubernetes;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Unit.Fleet;

/// <summary>A10: no text of a cluster, a machine or a plane reaches a terminal that takes it for instructions.</summary>
public sealed class A10_HostileTextTests
{
    // ESC, CR, C1, a bidirectional override, zero width, a tag beyond the first plane.
    private const string Hostile = "a\u001b[2Jb\rc\u009bd\u202ee\u200bf\U000E0041g";

    /// <summary>Of the module's side, what isn't shown: questions, and files that a person gave.</summary>
    private static readonly string[] NotShown =
    [
        "MemberQuery", "StatusQuery", "CandidateQuery", "PolicyFile", "PolicyDraft", "JoinRequest", "JoinedMachine", "InstallOptions", "ControlPlaneText",
    ];

    /// <summary>Paths of this machine: they are used, too, and no one else chooses them. A context's name in its file is used and never shown.</summary>
    private static readonly string[] OwnPaths = ["StateDirectory", "BootDirectory", "LogFiles", "KubeConfig", "ContextInFile"];

    /// <summary>JSON of ours, which escapes all that isn't ASCII; a cmdlet may be asked with it, so it stays what was proved.</summary>
    private const string Json = "IdentityJson";

    // Files are written by their own rules (A3); tokens, hashes and uids are compared, not shown.
    private static readonly string[] NotRead = ["token", "core_hash", "live_hash", "cluster_env", "mesh_yaml", "root_cert_pem", "ca_crl_pem", "hosts", "registration_uid"];

    public static TheoryData<string> Views() => [.. ViewTypes().Select(t => t.FullName!)];

    [Theory]
    [MemberData(nameof(Views))]
    public void A10_what_cmdlets_show_is_clean_whatever_it_was_made_of(string view)
    {
        Type type = ViewTypes().Single(t => t.FullName == view);
        object made = Make(type);

        int looked = 0;
        foreach (PropertyInfo property in type.GetProperties().Where(p => !OwnPaths.Contains(p.Name) && p.Name != Json))
        {
            foreach (string text in TextsOf(property.GetValue(made)))
            {
                looked++;
                ShouldBeClean(text, $"{type.Name}.{property.Name}");
            }
        }

        looked.ShouldBeGreaterThan(0);
    }

    [Fact]
    public void A10_a_policy_is_shown_clean_and_kept_as_it_is()
    {
        var policy = new OnboardingPolicy { Metadata = new V1ObjectMeta { Name = Hostile, Namespace = Hostile } };
        var view = new PolicyView(policy, [Hostile]);

        foreach (string text in (string[])[view.Name, view.Namespace, .. view.Groups, PolicyText.Write(policy)])
        {
            ShouldBeClean(text, "a policy");
        }

        view.Policy.Metadata.Name.ShouldBe(Hostile, "it may be written back");
    }

    [Fact]
    public void A10_what_a_plane_answers_is_clean_when_it_is_read()
    {
        foreach (IMessage empty in (IMessage[])
            [new Onboarding.Api.Rpc.Plane(), new AuthorizeOnboardingResponse(), new RegisterWorkloadResponse(), new UnregisterWorkloadResponse(), new PlaneMessage()])
        {
            int kinds = Math.Max(1, empty.Descriptor.Oneofs.Select(o => o.Fields.Count).DefaultIfEmpty(0).Max());
            for (int kind = 0; kind < kinds; kind++)
            {
                IMessage made = PlaneText.Clean(Fill(empty.Descriptor.Parser.ParseFrom([]), kind));
                foreach ((string field, string text) in TextsOf(made).Where(t => !NotRead.Contains(t.Field)))
                {
                    ShouldBeClean(text, $"{empty.Descriptor.Name} {kind}: {field}");
                }
            }
        }
    }

    [Fact]
    public void A10_an_identity_is_clean_on_one_line_by_its_parts_and_as_JSON()
    {
        var identity = new JsonObject { ["jwt"] = new JsonObject { ["subject"] = Hostile, ["attributes"] = new JsonObject { [Hostile] = Hostile } } };

        foreach (string text in (string[])
            [IdentityText.Format(identity), identity.ToJsonString(), .. IdentityText.PartsOf(identity).SelectMany(p => (string[])[p.Key, p.Value])])
        {
            ShouldBeClean(text, "an identity");
        }
    }

    [Fact]
    public void A10_a_warning_of_an_API_server_is_clean_in_a_shell()
    {
        string? line = null;
        using var loggers = new DelegateLoggerFactory((_, text) => line = text);

        loggers.CreateLogger("kubernetes").Log(LogLevel.Warning, 0, Hostile, new InvalidOperationException(Hostile), (state, _) => state);

        ShouldBeClean(line.ShouldNotBeNull(), "a line");
    }

    [Fact]
    public void A10_a_kubeconfig_s_names_are_clean_in_a_context_and_in_what_fails_and_still_find_it()
    {
        using var directory = new TemporaryDirectory();
        File.WriteAllText(directory["kubeconfig"], $$"""
            {"apiVersion": "v1", "kind": "Config", "current-context": {{JsonValue.Create(Hostile).ToJsonString()}},
             "clusters": [{"name": {{JsonValue.Create(Hostile).ToJsonString()}}, "cluster": {"server": "https://127.0.0.1:9"} }],
             "contexts": [{"name": {{JsonValue.Create(Hostile).ToJsonString()}},
                           "context": {"cluster": {{JsonValue.Create(Hostile).ToJsonString()}}, "namespace": {{JsonValue.Create(Hostile).ToJsonString()}} } }]}
            """);

        ClusterContext context = ContextFinder.Find(null, directory["kubeconfig"], null);

        foreach (string text in (string[])[context.Name, context.Cluster, context.Namespace])
        {
            ShouldBeClean(text, "a context");
        }

        ContextFinder.Find(context.Name, directory["kubeconfig"], null).Configure().Host.ShouldBe("https://127.0.0.1:9", "as it was shown");
        ContextFinder.Find(Hostile, directory["kubeconfig"], null).Name.ShouldBe(context.Name, "as it is written");
        ShouldBeClean(Should.Throw<KubeConfigException>(() => ContextFinder.Find("none", directory["kubeconfig"], null)).Message, "a failure");
    }

    [Fact]
    public void A10_a_failure_s_words_are_clean_for_Get_Error_too()
    {
        var failure = new OnboardingException("CredentialPluginFailed", $"The plugin said {Hostile}\nand ended.", $"ls -l {Hostile}");

        ShouldBeClean(failure.Message, "its message");
        ShouldBeClean(failure.NextStep, "its next step");
        failure.Message.Split('\n').Length.ShouldBe(2, "our own lines stay");
    }

    private static void ShouldBeClean(string text, string what)
    {
        text.Where(c => c != '\n' && ForeignText.IsInstruction(c)).ShouldBeEmpty(what);
        text.Contains("\U000E0041", StringComparison.Ordinal).ShouldBeFalse(what);
    }

    private static IEnumerable<Type> ViewTypes() => typeof(Member).Assembly.GetTypes()
        .Concat(typeof(MachineStatus).Assembly.GetTypes().Where(t => t.Namespace == typeof(MachineStatus).Namespace))
        .Append(typeof(OnboardingCheckResult))
        .Where(t => t is { IsPublic: true, IsClass: true } && t.GetMethod("<Clone>$") is not null && !NotShown.Contains(t.Name));

    private static object Make(Type type)
    {
        ConstructorInfo constructor = type.GetConstructors().MaxBy(c => c.GetParameters().Length)!;
        object made = constructor.Invoke([.. constructor.GetParameters().Select(p => Value(p.ParameterType))]);
        foreach (PropertyInfo property in type.GetProperties().Where(p => p.SetMethod is not null && Value(p.PropertyType) is not null))
        {
            property.SetValue(made, Value(property.PropertyType));
        }

        return made;
    }

    private static object? Value(Type type) =>
        type == typeof(string) ? Hostile
        : type == typeof(IReadOnlyList<string>) ? (string[])[Hostile]
        : type == typeof(IReadOnlyDictionary<string, string>) ? new Dictionary<string, string> { [Hostile] = Hostile }
        : type == typeof(OnboardingPolicy) ? new OnboardingPolicy { Metadata = new V1ObjectMeta { Name = Hostile, Namespace = Hostile } }
        : type.IsValueType ? RuntimeHelpers.GetUninitializedObject(Nullable.GetUnderlyingType(type) ?? type)
        : null;

    private static IEnumerable<string> TextsOf(object? value) => value switch
    {
        string text => [text],
        IReadOnlyDictionary<string, string> texts => texts.SelectMany(t => (string[])[t.Key, t.Value]),
        IEnumerable<string> texts => texts,
        _ => [],
    };

    /// <summary>Writes a hostile text into each text; of each group of alternatives into one.</summary>
    private static IMessage Fill(IMessage message, int kind)
    {
        foreach (FieldDescriptor field in message.Descriptor.Fields.InDeclarationOrder())
        {
            if (field.RealContainingOneof is { } oneof && oneof.Fields[kind % oneof.Fields.Count] != field)
            {
                continue;
            }

            switch (field)
            {
                case { FieldType: FieldType.String, IsRepeated: true }:
                    ((IList)field.Accessor.GetValue(message)).Add(Hostile);
                    break;
                case { FieldType: FieldType.String }:
                    field.Accessor.SetValue(message, Hostile);
                    break;
                case { FieldType: FieldType.Message, IsRepeated: false }:
                    field.Accessor.SetValue(message, Fill(field.MessageType.Parser.ParseFrom([]), 0));
                    break;
                default:
                    break;
            }
        }

        return message;
    }

    private static IEnumerable<(string Field, string Text)> TextsOf(IMessage message) =>
        message.Descriptor.Fields.InDeclarationOrder().SelectMany(field => field.Accessor.GetValue(message) switch
        {
            string text => [(field.Name, text)],
            IMessage inner => TextsOf(inner),
            IList list when field.FieldType == FieldType.String => list.Cast<string>().Select(t => (field.Name, t)),
            _ => Enumerable.Empty<(string, string)>(),
        });
}
