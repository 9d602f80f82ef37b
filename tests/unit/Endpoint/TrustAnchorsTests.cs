using System.Collections.Concurrent;
using Onboarding.Endpoint.Authentication.Anchors;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Unit.Endpoint;

/// <summary>A place of trust anchors that is slow, and names that someone makes up.</summary>
public sealed class TrustAnchorsTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly TestCertificates _certificates = new();
    private readonly SlowFiles _files = new();
    private readonly TrustAnchors _anchors;

    public TrustAnchorsTests()
    {
        _files.Content["aws/eu-west-1.pem"] = _certificates.AuthorityPem;
        _anchors = new TrustAnchors(_files, _time);
    }

    public void Dispose()
    {
        _files.Release.TrySetResult();
        _anchors.Dispose();
        _certificates.Dispose();
    }

    [Fact]
    public async Task Made_up_names_that_a_slow_place_takes_long_for_keep_nobody_from_what_is_known()
    {
        (await FindAsync("aws/eu-west-1.pem")).ShouldBe(1);
        _files.IsSlow = true;
        Task[] madeUp = [.. Enumerable.Range(0, 50).Select(i => _anchors.FindAsync($"aws/made-up-{i}.pem", CancellationToken.None).AsTask())];
        _time.Advance(TimeSpan.FromMinutes(2));

        Task<int> found = FindAsync("aws/eu-west-1.pem");
        await Eventually.Is(
            () =>
            {
                _time.Advance(TimeSpan.FromSeconds(1));
                return found.IsCompleted;
            },
            "the anchors from before");

        (await found).ShouldBe(1);
        _files.Reads.Values.Sum().ShouldBeLessThan(12, "the others wait for their turn");
        _files.Release.SetResult();
        await Task.WhenAll(madeUp);
    }

    [Fact]
    public async Task An_anchor_that_was_taken_away_is_not_believed_a_minute_later()
    {
        (await FindAsync("aws/eu-west-1.pem")).ShouldBe(1);
        _files.Content.Remove("aws/eu-west-1.pem", out _);
        (await FindAsync("aws/eu-west-1.pem")).ShouldBe(1);

        _time.Advance(TimeSpan.FromSeconds(61));

        (await FindAsync("aws/eu-west-1.pem")).ShouldBe(0);
    }

    [Fact]
    public async Task A_failure_is_the_answer_for_a_moment_and_then_asked_again()
    {
        _files.Fails = true;
        await Should.ThrowAsync<TrustAnchorException>(FindAsync("aws/us-east-1.pem"));
        await Should.ThrowAsync<TrustAnchorException>(FindAsync("aws/us-east-1.pem"));
        _files.Reads["aws/us-east-1.pem"].ShouldBe(1);

        _files.Fails = false;
        _files.Content["aws/us-east-1.pem"] = _certificates.AuthorityPem;
        _time.Advance(TimeSpan.FromSeconds(6));

        (await FindAsync("aws/us-east-1.pem")).ShouldBe(1);
    }

    [Fact]
    public async Task While_the_place_fails_what_was_read_is_believed_for_a_day()
    {
        (await FindAsync("aws/eu-west-1.pem")).ShouldBe(1);
        _files.Fails = true;
        _time.Advance(TimeSpan.FromHours(23));
        (await FindAsync("aws/eu-west-1.pem")).ShouldBe(1);

        _time.Advance(TimeSpan.FromHours(2));

        await Should.ThrowAsync<TrustAnchorException>(FindAsync("aws/eu-west-1.pem"));
    }

    private async Task<int> FindAsync(string name) => (await _anchors.FindAsync(name, CancellationToken.None)).Count;

    private sealed class SlowFiles : ITrustAnchorFiles
    {
        public ConcurrentDictionary<string, string> Content { get; } = new();

        public ConcurrentDictionary<string, int> Reads { get; } = new();

        public TaskCompletionSource Release { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public bool IsSlow { get; set; }

        public bool Fails { get; set; }

        public string Place => "a place";

        public async Task<string?> ReadAsync(string name, CancellationToken cancellationToken)
        {
            Reads.AddOrUpdate(name, 1, (_, count) => count + 1);
            if (IsSlow)
            {
                await Release.Task;
            }

            return Fails ? throw new TrustAnchorException($"{name} can't be read") : Content.GetValueOrDefault(name);
        }
    }
}
