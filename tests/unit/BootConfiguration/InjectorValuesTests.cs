using Onboarding.BootConfiguration;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Unit.BootConfiguration;

public sealed class InjectorValuesTests
{
    [Theory]
    [InlineData("", "key values isn't JSON")]
    [InlineData("{", "key values isn't JSON")]
    [InlineData("{\"global\": {\"multiCluster\": {\"clusterName\": \"\\ud800\"}}}", "key values isn't JSON")]
    [InlineData("[]", "key values holds Array instead of a map")]
    public void What_is_no_map_in_json_is_told(string values, string message) =>
        Should.Throw<BootConfigurationException>(() => InjectorValues.ClusterName(values)).Message.ShouldContain(message);

    [Theory]
    [InlineData("null", "")]
    [InlineData("{\"global\": {\"multiCluster\": {\"clusterName\": \"a\", \"clusterName\": \"b\"}}}", "b")]
    [InlineData("{\"global\": {\"multiCluster\": {\"clusterName\": \"a\"}}, \"global\": {}}", "")]
    public void The_name_is_read_as_go_reads_it(string values, string name) => InjectorValues.ClusterName(values).ShouldBe(name);
}
