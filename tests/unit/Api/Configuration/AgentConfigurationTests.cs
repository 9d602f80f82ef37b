using Onboarding.Api;
using Onboarding.Api.Configuration;
using Shouldly;
using Xunit;
using static Onboarding.Tests.Unit.Api.TestDocuments;

namespace Onboarding.Tests.Unit.Api.Configuration;

public class AgentConfigurationTests
{
    [Fact]
    public void Everything_has_a_default()
    {
        AgentConfiguration configuration = ReadValid(ResourceKinds.AgentConfiguration, AgentHead);

        configuration.Host.Custom.ShouldBeNull();
        configuration.Host.Aws.ShouldBeNull();
        configuration.Sidecar.Istio.ShouldBeNull();
        configuration.Sidecar.Stdout.ShouldBeNull();
        configuration.Settings.Connection.Timeout.ShouldBe(TimeSpan.FromSeconds(30));
        configuration.Settings.Connection.RetryPolicy.ExponentialBackoff.InitialInterval.ShouldBe(TimeSpan.FromSeconds(1));
        configuration.Settings.Connection.RetryPolicy.ExponentialBackoff.MaxInterval.ShouldBe(TimeSpan.FromSeconds(15));
    }

    [Fact]
    public void The_documented_example_loads()
    {
        AgentConfiguration configuration = ReadValid(ResourceKinds.AgentConfiguration, AgentHead + """
            host:
              custom:
                credential:
                - plugin: {name: corp-jwt, path: /opt/corp/jwt-plugin, env: [{name: REALM, value: prod}], args: [-v]}
                - plugin: {name: other}
                hostinfo:
                  basic: {networkInterfaces: {include: ["^ens"], exclude: ["^docker"]}}
            sidecar:
              istio: {revision: canary}
              stdout: {filename: /var/log/mesh/sidecar.out}
            settings:
              connection:
                timeout: 60s
                retryPolicy: {exponentialBackoff: {initialInterval: 5s, maxInterval: 60s}}
            """);

        PluginConfiguration plugin = configuration.Host.Custom!.Credential[0].Plugin!;
        plugin.Path.ShouldBe("/opt/corp/jwt-plugin");
        plugin.Env.ShouldBe([new EnvironmentVariable("REALM", "prod")]);
        plugin.Args.ShouldBe(["-v"]);
        configuration.Host.Custom.Credential[1].Plugin!.DefaultExecutable.ShouldBe("onboarding-agent-other-plugin");
        configuration.Sidecar.Istio!.Revision.ShouldBe("canary");
        configuration.Sidecar.Stdout!.Filename.ShouldBe("/var/log/mesh/sidecar.out");
        configuration.Settings.Connection.Timeout.ShouldBe(TimeSpan.FromMinutes(1));
    }

    [Fact]
    public void A_sidecar_may_be_any_program()
    {
        AgentConfiguration configuration = ReadValid(ResourceKinds.AgentConfiguration, AgentHead + """
            sidecar:
              command: {path: /usr/bin/proxy, args: ["", --x], env: [{name: A}], readiness: {port: 15020}}
            """);

        SidecarCommand command = configuration.Sidecar.Command!;
        command.Path.ShouldBe("/usr/bin/proxy");
        command.Args.ShouldBe(["", "--x"]);
        command.Env.ShouldBe([new EnvironmentVariable("A", "")]);
        command.Readiness!.Port.ShouldBe(15020);
        command.Readiness.Path.ShouldBe("/healthz/ready");
    }

    [Theory]
    [InlineData("host: {auto: {}, aws: {ec2: {}}}", "host.aws: can't be set together with auto: choose one")]
    [InlineData("host: {aws: {}}", "host.aws: needs one of: ec2, ecs")]
    [InlineData("host: {custom: {}}", "host.custom.credential: is required")]
    [InlineData("host: {custom: {credential: []}}", "host.custom.credential: needs at least one item")]
    [InlineData("host: {custom: {credential: [{}]}}", "host.custom.credential[0]: needs one of: plugin")]
    [InlineData("host: {custom: {credential: [{plugin: {}}]}}", "host.custom.credential[0].plugin.name: is required")]
    [InlineData("host: {custom: {credential: [{plugin: {name: a, args: ['']}}]}}", "host.custom.credential[0].plugin.args[0]: must not be empty")]
    [InlineData("host: {custom: {credential: [{plugin: {name: a, env: [{name: ''}]}}]}}", "host.custom.credential[0].plugin.env[0].name: must not be empty")]
    [InlineData("host: {custom: {credential: [{plugin: {name: a, env: [{name: 'A=B'}]}}]}}", "host.custom.credential[0].plugin.env[0].name: must not contain '='")]
    [InlineData("host: {custom: {credential: [{plugin: {name: a}}], hostinfo: {plugin: {name: b}, basic: {}}}}", "host.custom.hostinfo.basic: can't be set together with plugin")]
    [InlineData("host: {custom: {credential: [{plugin: {name: a}}], hostinfo: {basic: {networkInterfaces: {include: ['']}}}}}", "networkInterfaces.include[0]: must not be empty")]
    [InlineData("host: {custom: {credential: [{plugin: {name: a}}], hostinfo: {basic: {networkInterfaces: {exclude: ['(']}}}}}", "networkInterfaces.exclude[0]: must be an RE2 regular expression")]
    [InlineData("host: {custom: {credential: [{plugin: {name: a}}], hostinfo: {basic: {networkInterfaces: {exclude: ['(?=a)']}}}}}", "must be an RE2 regular expression")]
    [InlineData("host: {custom: {credential: [{plugin: {name: a}}], hostinfo: {basic: {networkInterfaces: {exclude: ['((a{900}){900}){900}']}}}}}", "must be an RE2 regular expression")]
    [InlineData("sidecar: {istio: {}, command: {path: p}}", "sidecar.command: can't be set together with istio: choose one")]
    [InlineData("sidecar: {istio: {revision: Canary}}", "sidecar.istio.revision: must be 1 to 56 lower-case letters")]
    [InlineData("sidecar: {istio: {revision: a-}}", "sidecar.istio.revision: must be 1 to 56 lower-case letters")]
    [InlineData("sidecar: {istio: {revision: a23456789b23456789c23456789d23456789e23456789f23456789}}", null)]
    [InlineData("sidecar: {istio: {revision: a23456789b23456789c23456789d23456789e23456789f23456789abcd}}", "must be 1 to 56")]
    [InlineData("sidecar: {istio: {revision: ''}}", null)]
    [InlineData("sidecar: {command: {}}", "sidecar.command.path: is required")]
    [InlineData("sidecar: {command: {path: p, readiness: {}}}", "sidecar.command.readiness.port: is required")]
    [InlineData("sidecar: {command: {path: p, readiness: {port: 1, path: x}}}", "sidecar.command.readiness.path: must start with '/'")]
    [InlineData("sidecar: {stdout: {filename: ''}}", "sidecar.stdout.filename: must not be empty")]
    [InlineData("sidecar: {whenRefused: Keep}", null)]
    [InlineData("sidecar: {whenRefused: keep}", "sidecar.whenRefused: must be one of Stop, Keep, not the text \"keep\"")]
    [InlineData("sidecar: {capture: {start: BeforeStart, onFailure: Open, openAfter: 30s}}", null)]
    [InlineData("sidecar: {capture: {start: Never}}", "sidecar.capture.start: must be one of WhenReady, BeforeStart, not the text \"Never\"")]
    [InlineData("sidecar: {capture: {onFailure: open}}", "sidecar.capture.onFailure: must be one of Closed, Open, not the text \"open\"")]
    [InlineData("sidecar: {capture: {openAfter: 0s}}", "sidecar.capture.openAfter: must be at least 1s, not 0s")]
    [InlineData("settings: {connection: {timeout: 0s}}", "settings.connection.timeout: must be at least 0.001s, not 0s")]
    [InlineData("settings: {connection: {timeout: 30}}", "settings.connection.timeout: must be a duration such as 30s, 100ms or 1h30m, not the number 30")]
    [InlineData("settings: {connection: {retryPolicy: {exponentialBackoff: {initialInterval: 0.5ms}}}}", "initialInterval: must be at least 0.001s")]
    [InlineData("settings: {connection: {retryPolicy: {exponentialBackoff: {maxInterval: -1s}}}}", "maxInterval: must be at least 0.001s")]
    public void Every_rule_holds(string line, string? problem)
    {
        string[] problems = Problems(ResourceKinds.AgentConfiguration, AgentHead + line);

        if (problem is null)
        {
            problems.ShouldBeEmpty();
        }
        else
        {
            problems.ShouldContain(found => found.Contains(problem, StringComparison.Ordinal), string.Join('\n', problems));
        }
    }

    [Theory]
    [InlineData("ens5", true)]
    [InlineData("lens5", false)]
    [InlineData("ens5-docker", false)]
    public void Interfaces_are_filtered_by_what_is_found_in_their_names(string name, bool accepted) =>
        new NetworkInterfaceFilter { Include = ["^ens", "^(?P<kind>eth)"], Exclude = ["docker"] }.Accepts(name).ShouldBe(accepted);

    [Fact]
    public void Without_patterns_every_interface_counts() => new NetworkInterfaceFilter().Accepts("docker0").ShouldBeTrue();
}
