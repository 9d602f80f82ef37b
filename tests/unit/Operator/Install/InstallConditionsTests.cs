using System.Text.Json.Nodes;
using Onboarding.Api.Meta;
using Onboarding.Operator.Install;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Unit.Operator.Install;

/// <summary>What the OnboardingPlane's status says of the Deployment.</summary>
public sealed class InstallConditionsTests
{
    [Theory]
    // wanted, generation, observed, replicas, updated, available → Ready, Progressing
    [InlineData(2, 1, 0, 0, 0, 0, "NotAvailable", "RollingOut")]
    [InlineData(2, 1, 1, 2, 2, 1, "Available", "RollingOut")]
    [InlineData(2, 1, 1, 2, 2, 2, "Available", "RolledOut")]
    [InlineData(2, 2, 1, 2, 2, 2, "Available", "RollingOut")] // the controller hasn't seen the change
    [InlineData(2, 2, 2, 3, 2, 2, "Available", "RollingOut")] // an old pod is still there
    public void A_deployment_is_read(int wanted, int generation, int observed, int replicas, int updated, int available, string ready, string progressing)
    {
        (V1Condition isReady, V1Condition isProgressing) = InstallConditions.OfDeployment(Deployment(wanted, generation, observed, replicas, updated, available), "join-tls");

        isReady.Reason.ShouldBe(ready);
        isReady.Status.ShouldBe(ready == "Available" ? "True" : "False");
        isProgressing.Reason.ShouldBe(progressing);
        isProgressing.Status.ShouldBe(progressing == "RollingOut" ? "True" : "False");
    }

    [Fact]
    public void A_deployment_that_gave_up_is_not_progressing()
    {
        JsonObject deployment = Deployment(2, 2, 2, 3, 1, 2);
        deployment["status"]!["conditions"] = new JsonArray(new JsonObject { ["type"] = "Progressing", ["status"] = "False", ["reason"] = "ProgressDeadlineExceeded" });

        (V1Condition ready, V1Condition progressing) = InstallConditions.OfDeployment(deployment, "join-tls");

        ready.Status.ShouldBe("True", "the old pods serve on");
        progressing.Reason.ShouldBe("DeadlineExceeded");
    }

    [Fact]
    public void Missing_roles_come_with_the_command_that_makes_them()
    {
        V1Condition condition = InstallConditions.OfRoles([("bookinfo", "delete workloadentries", "onboarding-operator rbac render bookinfo | kubectl apply -f -")]);

        condition.Status.ShouldBe("False");
        condition.Reason.ShouldBe("RolesMissing");
        condition.Message.ShouldNotBeNull().ShouldContain("rbac render bookinfo");
        InstallConditions.OfRoles([]).Status.ShouldBe("True");
    }

    private static JsonObject Deployment(int wanted, int generation, int observed, int replicas, int updated, int available) => new()
    {
        ["metadata"] = new JsonObject { ["namespace"] = "istio-system", ["generation"] = generation },
        ["spec"] = new JsonObject { ["replicas"] = wanted },
        ["status"] = new JsonObject
        {
            ["observedGeneration"] = observed,
            ["replicas"] = replicas,
            ["updatedReplicas"] = updated,
            ["availableReplicas"] = available,
        },
    };
}
