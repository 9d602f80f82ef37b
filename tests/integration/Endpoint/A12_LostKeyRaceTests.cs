using Grpc.Core;
using Onboarding.Api;
using Onboarding.Api.Istio;
using Onboarding.Api.Runtime;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Integration.Endpoint;

/// <summary>A12: who loses a race for an identity is told that, and not that Kubernetes is away.</summary>
public sealed class A12_LostKeyRaceTests : IAsyncLifetime
{
    private readonly TemporaryDirectory _directory = new();
    private TestPlane _plane = null!;
    private CountingProxy _proxy = null!;
    private TestReplica _replica = null!;

    public async ValueTask InitializeAsync()
    {
        _plane = await TestPlane.StartAsync();
        _proxy = await CountingProxy.StartAsync(_plane.KubeconfigPath, _directory);
        _replica = await TestReplica.StartAsync(_plane, _proxy.KubeconfigPath);
    }

    public async ValueTask DisposeAsync()
    {
        await _replica.DisposeAsync();
        await _proxy.DisposeAsync();
        await _plane.DisposeAsync();
        _directory.Dispose();
    }

    [Theory]
    [InlineData("changed")]
    [InlineData("deleted")]
    public async Task A12_a_key_that_replaces_another_and_is_too_late_is_a_mismatch_that_may_be_tried_again(string how)
    {
        TestAgent before = _plane.Agent("reinstalled");
        await before.AdmitAsync();
        await before.UnregisterAsync();
        TestAgent after = _plane.Agent("reinstalled", through: _replica.Channel);
        await Eventually.Is(async () => await after.RefusalAsync() is null, "the old key's holder is gone");
        await after.AuthorizeAsync();
        WorkloadKeyBinding binding = (await _plane.Client.ListAsync<WorkloadKeyBinding>("istio-system")).Items.ShouldHaveSingleItem();

        // Between the replica's look and its write.
        _proxy.Fault = request =>
        {
            if (request == "PUT workloadkeybindings")
            {
                (how == "deleted"
                    ? _plane.Client.DeleteAsync<WorkloadKeyBinding>("istio-system", binding.Metadata.Name)
                    : (Task)_plane.Client.UpdateAsync(binding with { Spec = binding.Spec! with { CreatedFor = new WorkloadGroupReference("bookinfo", "other") } }))
                    .GetAwaiter().GetResult();
            }

            return null;
        };

        (await TestAgent.RefusedAsync(() => after.RegisterAsync(), StatusCode.Aborted)).Reason.ShouldBe(Reasons.KeyMismatch);

        _proxy.Fault = _ => null;
        await Eventually.Is(async () => await after.RefusalAsync() is null, "the replica has heard of it");
        await after.AdmitAsync();
    }

    [Fact]
    public async Task A12_a_key_that_comes_second_to_a_new_identity_is_a_mismatch()
    {
        TestAgent slow = _plane.Agent("new", through: _replica.Channel);
        TestAgent fast = _plane.Agent("new");
        await Task.WhenAll(slow.AuthorizeAsync(), fast.AuthorizeAsync());

        // Between the replica's look and its write the other one is bound.
        int writes = 0;
        _proxy.Fault = request =>
        {
            if (request == "POST workloadkeybindings" && Interlocked.Increment(ref writes) == 1)
            {
                fast.RegisterAsync().GetAwaiter().GetResult();
            }

            return null;
        };

        (await TestAgent.RefusedAsync(() => slow.RegisterAsync(), StatusCode.Aborted)).Reason.ShouldBe(Reasons.KeyMismatch);

        WorkloadKeyBinding binding = (await _plane.Client.ListAsync<WorkloadKeyBinding>("istio-system")).Items.ShouldHaveSingleItem();
        binding.Spec!.Jkt.ShouldBe(fast.Key.Public.Thumbprint);
    }
}
