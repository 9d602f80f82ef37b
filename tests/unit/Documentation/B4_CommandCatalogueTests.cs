using System.CommandLine;
using System.Text.RegularExpressions;
using Onboarding.AgentHost.Commands;
using Onboarding.Endpoint.Hosting;
using Onboarding.Operator.Hosting;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Unit.Documentation;

/// <summary>
/// Every command that the product prints, with values for what is filled in. Those of our own programs are read here as the programs read them; the
/// golden file has the cmdlets for <c>tests/pester/Module/Commands.Tests.ps1</c>, which binds them, and those of kubectl for
/// <c>tests/e2e/Kubectl/B4_PrintedKubectlTests.cs</c>, which runs them. Any other program is named with where it can be run.
/// </summary>
public sealed partial class B4_CommandCatalogueTests
{
    // By what is written in the place; where one expression means something else in a file, by file and expression.
    private static readonly Dictionary<string, string> Values = new(StringComparer.Ordinal)
    {
        ["_options.Onboarding.WorkloadGroup.Namespace"] = "bookinfo",
        ["left.Name"] = "REGISTRATION",
        ["cluster.PlaneNamespace"] = "istio-system",
        ["planeNamespace"] = "istio-system",
        ["istioNamespace"] = "istio-system",
        ["inputs.Namespace"] = "istio-system",
        ["mesh.Namespace"] = "istio-system",
        ["Namespace"] = "istio-system",
        ["KeyBindingName.ForIdentity(identity)"] = "BINDING",
        ["existing.Metadata.Name"] = "REGISTRATION",
        ["endpoint/KeyBinding/KeyBindings.cs: existing.Metadata.Name"] = "BINDING",
        ["existing.Metadata.Namespace"] = "bookinfo",
        ["current.Metadata.Namespace"] = "bookinfo",
        ["current.Metadata.Name"] = "REGISTRATION",
        ["desired.Metadata.Namespace"] = "bookinfo",
        ["desired.Metadata.Name"] = "REGISTRATION",
        ["group.Metadata.Namespace"] = "bookinfo",
        ["group.Metadata.Name"] = "ratings",
        ["member.Metadata.Namespace"] = "bookinfo",
        ["member.Metadata.Name"] = "REGISTRATION",
        ["member.Namespace"] = "bookinfo",
        ["member.Name"] = "REGISTRATION",
        ["record.Registration"] = "REGISTRATION",
        ["OnboardingPlane.DefaultName"] = "onboarding-plane",
        ["wanted.Kind.Plural"] = "services",
        ["wanted.Kind.Group"] = "networking.istio.io",
        ["wanted.Name"] = "onboarding-plane",
        ["options.Service"] = "istio-eastwestgateway",
        ["Service"] = "istio-eastwestgateway",
        ["WellKnownLabels.Network"] = "topology.istio.io/network",
        ["ofCluster"] = "network-1",
        ["NETWORK"] = "network-1",
        ["PlaneNames.Plane"] = "onboarding-plane",
        ["ns"] = "bookinfo",
        ["operator/Install/InstallConditions.cs: ns"] = "istio-system",
        ["operator/Commands/InstallationCheckCommand.cs: ns"] = "istio-system",
        ["policy"] = "ratings",
        ["group"] = "ratings",
        ["secret"] = "onboarding-token-keys",
        ["ClusterState.TokenKeysSecret"] = "onboarding-token-keys",
        ["endpoint/Tokens/TokenKeyStore.cs: Name"] = "onboarding-token-keys",
        ["parts[0]"] = "bookinfo",
        ["parts[1]"] = "REGISTRATION",
        ["RootCertificateName"] = "istio-ca-root-cert",
        ["serviceAccount"] = "bookinfo-ratings",
        ["service account"] = "bookinfo-ratings",
        ["request.Audience"] = "plane-uid",
        ["account"] = "onboarding-endpoint",
        ["instance"] = "instance-1",
        ["namespace"] = "bookinfo",
        ["registration"] = "REGISTRATION",
        ["name"] = "ratings",
        ["laptop/Planes/EmbeddedPlanes.cs: name"] = "demo",
        ["id"] = "7f3c-91ab",
        ["file"] = "FILE",
        ["path"] = "FILE",
        ["NAME"] = "ratings",
        ["NAMESPACE"] = "bookinfo",
        ["HOST"] = "localhost",
        ["GROUP"] = "ratings",
        ["DIRECTORY"] = "/tmp/directory",
        ["kubernetes/Configuration/Kubeconfig.cs: NAME"] = "demo",
        ["laptop/Planes/PlaneStarter.cs: NAME"] = "demo",
        ["fleet/Errors/ClusterFailure.cs: NAME"] = "demo",
        ["docs/cmdlets/about_Onboarding_Errors.md: NAME"] = "demo",
        ["options"] = " --service-account bookinfo-ratings",
        ["plane"] = "",
        ["context"] = "demo",
        ["options.Namespace"] = "istio-system",
        ["CERTIFICATE"] = "certificate",
        ["made"] = "rack-7",
        ["stateDirectory"] = "/var/lib/onboarding-agent",
        ["OwnState"] = "/var/lib/onboarding-agent-root",
        ["string.Join(' ', all.Where(p => p!.Length > 0))"] =
            "ratings -Namespace bookinfo -WorkloadGroup ratings -Jwt -Issuer https://demo.localhost -Attribute @{ role = 'ratings' }",
    };

    // They name a test's own object or file, which the test that runs the command fills in.
    private static readonly string[] OfTheTest = ["REGISTRATION", "BINDING", "FILE"];

    private static readonly Dictionary<string, string> Others = new(StringComparer.Ordinal)
    {
        ["curl"] = "the machine",
        ["openssl"] = "the machine",
        ["getent"] = "the machine",
        ["nc"] = "the machine",
        ["ls"] = "the machine",
        ["namei"] = "the machine",
        ["rm"] = "the machine",
        ["cat"] = "the machine",
        ["df"] = "the machine",
        ["du"] = "the machine",
        ["file"] = "the machine",
        ["tail"] = "the machine",
        ["chown"] = "the machine",
        ["usermod"] = "the machine",
        ["ps"] = "the machine",
        ["ss"] = "the machine",
        ["fuser"] = "the machine",
        ["ip"] = "the machine",
        ["iptables"] = "the machine",
        ["chronyc"] = "a machine with chrony",
        ["timedatectl"] = "a machine with systemd",
        ["journalctl"] = "a machine with systemd",
        ["systemctl"] = "a machine with systemd",
        ["apt-get"] = "a machine with Debian's packages",
        ["dnf"] = "a machine with Red Hat's packages",
        ["zypper"] = "a machine with SUSE's packages",
        ["aws"] = "a workstation with access to AWS",
        ["gcloud"] = "a workstation with access to Google Cloud",
        ["az"] = "a workstation with access to Azure",
        ["dotnet"] = "this repository",
    };

    // What the log says of a program, not what to run.
    private static readonly string[] NotCommands = ["onboarding-agent stopped", "onboarding-agent {Version}", "onboarding-agent {AgentVersion.Text}"];

    private static readonly IReadOnlyList<(string File, string Command)> Printed = [.. PrintedCommands.Read().Where(c => !NotCommands.Contains(Shown(c.Command)) && !c.File.EndsWith("JUnitReport.cs", StringComparison.Ordinal))];

    [Fact]
    public void B4_Our_programs_understand_what_is_printed_for_them()
    {
        Dictionary<string, RootCommand> programs = new()
        {
            ["onboarding-agent"] = AgentCommandLine.Build(TextWriter.Null, TextWriter.Null, _ => null),
            ["onboarding-endpoint"] = EndpointCommand.Create((_, _) => Task.FromResult(0), TextWriter.Null, TextWriter.Null),
            ["onboarding-operator"] = OperatorCommand.Create((_, _) => Task.FromResult(0), TextWriter.Null, TextWriter.Null),
        };
        string[] commands = Of(program => program.StartsWith("onboarding-", StringComparison.Ordinal));

        commands.Length.ShouldBeGreaterThan(30);
        foreach (string command in commands)
        {
            string[] words = [.. Words().Matches(command).Select(m => m.Value.Trim('"', '\''))];
            programs.ShouldContainKey(words[0], command);
            ParseResult parsed = programs[words[0]].Parse(words[1..]);
            parsed.UnmatchedTokens.ShouldBeEmpty(command);
            // A sentence may name a command without all that it needs.
            parsed.Errors.Select(e => e.Message).Where(m => !m.Contains("equired", StringComparison.Ordinal)).ShouldBeEmpty(command);
        }

        commands.ShouldBeGolden();
    }

    [Fact]
    public void B4_Cmdlets() => Of(program => program.Contains('-', StringComparison.Ordinal) && char.IsUpper(program[0])).ShouldBeGolden();

    [Fact]
    public void B4_Kubectl() => Of(program => program == "kubectl").ShouldBeGolden();

    [Fact]
    public void B4_Any_other_program_is_named_with_where_it_can_be_run() => Printed.Select(c => ProgramOf(c.Command))
        .Where(p => p != "kubectl" && !p.Contains('-', StringComparison.Ordinal) || p == "apt-get").Distinct()
        .ShouldBeSubsetOf(Others.Keys);

    [Theory]
    [InlineData("do this: kubectl -n {ns} get war, or look there", "kubectl -n {ns} get war")]
    [InlineData("Get-MeshSidecar shows those there are", "Get-MeshSidecar")]
    [InlineData("kubectl patch x --type merge -p '{\"data\":null; }'; then wait.", "kubectl patch x --type merge -p '{\"data\":null; }'")]
    [InlineData("stop it first (Stop-OnboardingPlane demo)", "Stop-OnboardingPlane demo")]
    [InlineData("onboarding-operator rbac render a | kubectl apply -f -", "onboarding-operator rbac render a\nkubectl apply -f -")]
    [InlineData("sudo openssl x509 -in a; if they aren't needed: sudo rm a b; then: onboarding-agent sidecar start", "sudo openssl x509 -in a\nsudo rm a b\nonboarding-agent sidecar start")]
    [InlineData("the file of the authority isn't there, and a machine's file says so", "")]
    public void B4_A_command_ends_where_its_sentence_goes_on(string text, string commands) => string.Join('\n', PrintedCommands.In(text)).ShouldBe(commands);

    private static string[] Of(Func<string, bool> isMeant) =>
        [.. Printed.Where(c => isMeant(ProgramOf(c.Command))).Select(c => Fill(c.File, c.Command)).Distinct().Order(StringComparer.Ordinal)];

    private static string ProgramOf(string command)
    {
        string[] words = command.Split(' ');
        return words[0] is "sudo" or "Get-Help" ? words[1] : words[0];
    }

    private static string Shown(string command) => command.Replace(SourceLiterals.Begin, '{').Replace(SourceLiterals.End, '}');

    private static string Fill(string file, string command)
    {
        string text = command.StartsWith("sudo ", StringComparison.Ordinal) ? command["sudo ".Length..] : command;
        return Places().Replace(text, place =>
        {
            string name = place.Groups.Values.Skip(1).First(g => g.Success).Value;
            return Values.TryGetValue($"{file}: {name}", out string? own) ? own
                : Values.TryGetValue(name, out string? value) ? value
                : OfTheTest.Contains(name) ? name
                : throw new KeyNotFoundException($"{file}: '{Shown(command)}' has '{name}'; add a value for it to {nameof(Values)}");
        });
    }

    [GeneratedRegex(@"\u0001([^\u0002]*)\u0002|\{([A-Z]\w*)\}|<([a-z][a-z ]*)>|(?<![\w/$])([A-Z]{4,})\b")]
    private static partial Regex Places();

    [GeneratedRegex("""(?:[^\s"']|"[^"]*"|'[^']*')+""")]
    private static partial Regex Words();
}
