using Onboarding.Client.Credentials.Platforms;
using Onboarding.Testing;
using Onboarding.Testing.Clouds;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Integration.ClientTests;

/// <summary>What <c>auto</c> finds, by what, and how long it may take.</summary>
public sealed class PlatformDetectorTests : IDisposable
{
    private readonly TemporaryDirectory _dmi = new();
    private readonly FakeTimeProvider _time = new();
    private readonly Dictionary<string, string> _variables = new()
    {
        // No one answers there.
        ["AWS_EC2_METADATA_SERVICE_ENDPOINT"] = "http://127.0.0.1:9/",
        ["GCE_METADATA_HOST"] = "127.0.0.1:9",
        ["AZURE_IMDS_ENDPOINT"] = "http://127.0.0.1:9/",
    };

    public void Dispose() => _dmi.Dispose();

    [Theory]
    [InlineData("sys_vendor", "Amazon EC2", "AwsEc2")]
    [InlineData("product_name", "Google Compute Engine", "Gcp")]
    [InlineData("chassis_asset_tag", "7783-7084-3265-9085-8269-3286-77", "Azure")]
    public async Task The_firmware_says_it(string file, string text, string platform)
    {
        await File.WriteAllTextAsync(_dmi[file], text + "\n");

        DetectedPlatform found = await DetectAsync();

        found.Platform.ToString().ShouldBe(platform);
        found.Because.ShouldContain(file);
        found.Because.ShouldContain(text);
    }

    [Fact]
    public async Task A_task_of_ECS_on_an_EC2_instance_is_a_task()
    {
        await File.WriteAllTextAsync(_dmi["sys_vendor"], "Amazon EC2");
        _variables["ECS_CONTAINER_METADATA_URI_V4"] = "http://169.254.170.2/v4/x";

        (await DetectAsync()).Platform.ShouldBe(Platform.AwsEcs);
    }

    [Fact]
    public async Task Azures_vendor_alone_says_nothing_as_any_machine_of_Microsofts_has_it()
    {
        await File.WriteAllTextAsync(_dmi["sys_vendor"], "Microsoft Corporation");

        DetectedPlatform found = await DetectAsync();

        found.Platform.ShouldBe(Platform.None);
        found.Because.ShouldContain("sys_vendor 'Microsoft Corporation'");
    }

    [Theory]
    [InlineData("AWS_EC2_METADATA_SERVICE_ENDPOINT", "AwsEc2")]
    [InlineData("GCE_METADATA_HOST", "Gcp")]
    [InlineData("AZURE_IMDS_ENDPOINT", "Azure")]
    public async Task Without_firmware_the_metadata_service_that_answers_says_it(string variable, string platform)
    {
        await using LoopbackServer service = await LoopbackServer.StartAsync(http =>
        {
            http.Response.Headers["Metadata-Flavor"] = "Google";
            bool isAsked = http.Request.Headers.ContainsKey("Metadata-Flavor") || http.Request.Headers.ContainsKey("Metadata") || http.Request.Method == "PUT";
            return LoopbackServer.StatusAsync(http, isAsked ? 200 : 400);
        });
        _variables[variable] = variable == "GCE_METADATA_HOST" ? service.Url.Authority : service.Url.ToString();

        await Eventually.Is(
            async () => (await DetectAsync()).Platform.ToString() == platform, "the service answers in time, which it needn't at first on a busy machine");
    }

    [Fact]
    public async Task Services_that_never_answer_are_not_waited_for()
    {
        await using LoopbackServer silent = await LoopbackServer.StartAsync(
            async http => await Task.Delay(Timeout.Infinite, http.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing));
        _variables["AWS_EC2_METADATA_SERVICE_ENDPOINT"] = silent.Url.ToString();
        _variables["GCE_METADATA_HOST"] = silent.Url.Authority;
        _variables["AZURE_IMDS_ENDPOINT"] = silent.Url.ToString();

        Task<DetectedPlatform> detecting = DetectAsync();
        await Eventually.Is(() => silent.Requests.Count == 3, "all of them are asked at once");
        _time.Advance(TimeSpan.FromSeconds(1.9));
        detecting.IsCompleted.ShouldBeFalse();
        _time.Advance(TimeSpan.FromSeconds(0.1));

        DetectedPlatform found = await detecting;
        found.Platform.ShouldBe(Platform.None);
        found.Because.ShouldContain("no metadata service");
    }

    [Fact]
    public async Task What_is_told_of_the_firmware_fits_on_a_line()
    {
        await File.WriteAllTextAsync(_dmi["sys_vendor"], "QEMU\u001b[31m\nx");

        (await DetectAsync()).Because.ShouldNotContain("\n");
    }

    private Task<DetectedPlatform> DetectAsync() => new PlatformDetector(
        new PlatformEnvironment { DmiDirectory = _dmi.Path, Variable = name => _variables.GetValueOrDefault(name) }, _time)
        .DetectAsync(CancellationToken.None);
}
