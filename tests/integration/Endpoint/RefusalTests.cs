using System.Text.Json.Nodes;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;
using Onboarding.Api;
using Onboarding.Api.Policies;
using Onboarding.Api.Rpc;
using Onboarding.Api.Runtime;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Integration.Endpoint;

/// <summary>What the real endpoint refuses, and that it tells callers little, operators all, and no one a secret.</summary>
public sealed class RefusalTests : IAsyncLifetime
{
    private TestPlane _plane = null!;

    public async ValueTask InitializeAsync() => _plane = await TestPlane.StartAsync();

    public ValueTask DisposeAsync() => _plane.DisposeAsync();

    [Fact]
    public async Task Bad_tokens_are_refused_each_for_its_own_reason()
    {
        DateTimeOffset now = _plane.Time.GetUtcNow();
        TestIssuer issuer = _plane.Issuer;
        JsonObject foreignIssuer = issuer.Claims(TestPlane.Uid, now);
        foreignIssuer["iss"] = "https://elsewhere.example";
        (string What, string Token, string Reason)[] cases =
        [
            ("expired", issuer.Sign(issuer.Claims(TestPlane.Uid, now.AddMinutes(-10))), Reasons.CredentialExpired),
            ("foreign audience", issuer.Sign(issuer.Claims("other-plane", now)), Reasons.CredentialAudience),
            ("foreign issuer", issuer.Sign(foreignIssuer), Reasons.CredentialIssuer),
            ("alg none", issuer.WithoutSignature(issuer.Claims(TestPlane.Uid, now)), Reasons.CredentialAlgorithm),
            ("HS256 with the public key", issuer.SignHmacWithPublicKey(issuer.Claims(TestPlane.Uid, now)), Reasons.CredentialAlgorithm),
            ("clock two hours ahead", issuer.Sign(issuer.Claims(TestPlane.Uid, now.AddHours(2))), Reasons.CredentialNotYetValid),
            ("clock two hours behind", issuer.Sign(issuer.Claims(TestPlane.Uid, now.AddHours(-2))), Reasons.CredentialExpired),
        ];
        foreach ((string what, string token, string reason) in cases)
        {
            TestAgent agent = _plane.Agent();
            agent.Credential = _ => token;
            ErrorInfo info = await TestAgent.RefusedAsync(() => agent.AuthorizeAsync(), StatusCode.Unauthenticated);
            info.Reason.ShouldBe(reason, what);
            info.Domain.ShouldBe(Reasons.Domain);
            info.Metadata["correlationId"].Length.ShouldBe(16);
            string[] secrets = [token, token.Split('.')[1]];
            secrets.ShouldAllBe(s => !_plane.Log.Text.Contains(s, StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task A_group_that_does_not_exist_is_refused_like_one_that_no_policy_opens()
    {
        await _plane.Client.DeleteAsync<OnboardingPolicy>("bookinfo", "joiners");
        await Eventually.Is(async () => await _plane.Agent().RefusalAsync() == Reasons.NotAuthorized, "the policy is gone");

        RpcException closed = await Should.ThrowAsync<RpcException>(_plane.Agent().AuthorizeAsync());
        RpcException missing = await Should.ThrowAsync<RpcException>(_plane.Agent().AuthorizeAsync("no-such-group"));

        missing.StatusCode.ShouldBe(closed.StatusCode);
        missing.Status.Detail.ShouldBe(closed.Status.Detail);
        closed.Status.Detail.ShouldBeGolden();
        ErrorInfo a = TestAgent.ReasonOf(missing, StatusCode.PermissionDenied);
        ErrorInfo b = TestAgent.ReasonOf(closed);
        a.Metadata["correlationId"] = b.Metadata["correlationId"] = "";
        a.ShouldBe(b);
        a.Reason.ShouldBe(Reasons.NotAuthorized);
        (await _plane.Client.ListAsync<WorkloadKeyBinding>("istio-system")).Items.ShouldBeEmpty("nothing is written for the refused");
    }

    [Fact]
    public async Task The_audit_log_says_what_the_caller_is_not_told()
    {
        TestAgent agent = _plane.Agent();
        agent.Credential = uid =>
        {
            JsonObject claims = _plane.Issuer.Claims(uid, _plane.Time.GetUtcNow());
            claims["custom_attributes"]!["role"] = "reviews";
            return _plane.Issuer.Sign(claims);
        };

        ErrorInfo info = await TestAgent.RefusedAsync(() => agent.AuthorizeAsync());

        info.Metadata["matched"].ShouldBe("jwt.issuer");
        JsonNode line = await AuditLineAsync(info.Metadata["correlationId"]);
        line["outcome"]!.GetValue<string>().ShouldBe("deny");
        line["reason"]!.GetValue<string>().ShouldBe(Reasons.NotAuthorized);
        line["nearestMiss"]!.GetValue<string>().ShouldBeGolden();
        line["identity"]!["jwt"]!["subject"]!.GetValue<string>().ShouldBe("host-1");
        line["group"]!.GetValue<string>().ShouldBe("bookinfo/ratings");
    }

    [Fact]
    public async Task A_copied_credential_with_another_key_is_refused()
    {
        TestAgent owner = _plane.Agent();
        using TestSession session = await owner.JoinAsync();
        await session.NextAsync(PlaneMessage.MessageOneofCase.BootConfiguration);
        using var thief = new TestAgentKey();

        (await TestAgent.RefusedAsync(() => _plane.Agent(key: thief).AuthorizeAsync(), StatusCode.PermissionDenied))
            .Reason.ShouldBe(Reasons.KeyMismatch);
    }

    [Fact]
    public async Task A_reinstalled_machine_gets_in_when_the_old_one_has_left()
    {
        TestAgent old = _plane.Agent();
        await old.AuthorizeAsync();
        await old.RegisterAsync();
        await old.UnregisterAsync();
        TestAgent reinstalled = _plane.Agent();

        await Eventually.Is(async () => await reinstalled.RefusalAsync() is null, "the new key may replace the old one");
        await reinstalled.AdmitAsync();

        (await TestAgent.RefusedAsync(() => old.RegisterAsync())).Reason.ShouldBe(Reasons.KeyMismatch, "the old key's token is worth nothing now");
    }

    [Fact]
    public async Task One_key_never_binds_two_identities()
    {
        TestAgent first = _plane.Agent();
        await first.AdmitAsync();
        TestAgent second = _plane.Agent("host-2", first.Key);

        await Eventually.Is(async () => await second.RefusalAsync() == Reasons.KeyInUse, "the binding is known");

        (await TestAgent.RefusedAsync(() => second.AuthorizeAsync())).Reason.ShouldBe(Reasons.KeyInUse);
    }

    [Fact]
    public async Task A_stolen_token_is_worth_nothing_without_the_key()
    {
        TestAgent owner = _plane.Agent();
        await owner.AuthorizeAsync();
        TestAgent thief = _plane.Agent();
        thief.Token = owner.Token;

        (await TestAgent.RefusedAsync(() => thief.RegisterAsync(), StatusCode.Unauthenticated)).Reason.ShouldBe(Reasons.ProofInvalid);
        (await TestAgent.RefusedAsync(() => thief.RegisterAsync(new SignedRequest { Payload = thief.RegisterRequest().ToByteString() }))).Reason.ShouldBe(Reasons.ProofMissing);
        using TestSession session = await thief.ConnectAsync();
        TestAgent.ReasonOf((await session.EndAsync())!).Reason.ShouldBe(Reasons.ProofInvalid);
    }

    [Fact]
    public async Task A_signature_is_good_for_its_own_request_alone()
    {
        TestAgent agent = _plane.Agent();
        await agent.AuthorizeAsync();
        SignedRequest signed = agent.Sign(TestAgent.RegisterMethod, agent.RegisterRequest());

        SignedRequest another = signed.Clone();
        another.Payload = agent.RegisterRequest("10.9.9.9").ToByteString();
        (await TestAgent.RefusedAsync(() => agent.RegisterAsync(another))).Reason.ShouldBe(Reasons.ProofInvalid);
        SignedRequest forUnregister = agent.Sign(TestAgent.UnregisterMethod, agent.RegisterRequest());
        (await TestAgent.RefusedAsync(() => agent.RegisterAsync(forUnregister))).Reason.ShouldBe(Reasons.ProofInvalid);
        SignedRequest late = agent.Sign(TestAgent.RegisterMethod, agent.RegisterRequest(), _plane.Time.GetUtcNow().AddHours(-2));
        (await TestAgent.RefusedAsync(() => agent.RegisterAsync(late))).Reason.ShouldBe(Reasons.ProofExpired);
        (await agent.RegisterAsync(signed)).Registration.ShouldNotBeEmpty();
    }

    [Fact]
    public async Task A_signed_payload_that_is_no_request_is_invalid_and_one_without_a_signature_is_not_read()
    {
        TestAgent agent = _plane.Agent();
        await agent.AuthorizeAsync();
        ByteString garbage = ByteString.CopyFrom(0xFF, 0xFF, 0xFF);

        (await TestAgent.RefusedAsync(() => agent.RegisterAsync(agent.Sign(TestAgent.RegisterMethod, garbage)), StatusCode.InvalidArgument))
            .Reason.ShouldBe(Reasons.InvalidRequest);
        (await TestAgent.RefusedAsync(() => agent.RegisterAsync(new SignedRequest { Payload = garbage }))).Reason.ShouldBe(Reasons.ProofMissing);
        ByteString large = ByteString.CopyFrom(new byte[(64 * 1024) + 1]);
        (await TestAgent.RefusedAsync(() => agent.RegisterAsync(agent.Sign(TestAgent.RegisterMethod, large)))).Reason.ShouldBe(Reasons.InvalidRequest);
        SignedRequest padded = agent.Sign(TestAgent.RegisterMethod, agent.RegisterRequest());
        padded.RegistrationUid = new string('u', 2000);
        (await TestAgent.RefusedAsync(() => agent.RegisterAsync(padded))).Reason.ShouldBe(Reasons.ProofInvalid);
    }

    [Fact]
    public async Task A_signature_is_checked_over_the_bytes_that_came_however_they_encode_the_request()
    {
        TestAgent agent = _plane.Agent();
        await agent.AuthorizeAsync();
        RegisterWorkloadRequest whole = agent.RegisterRequest();

        // One message in two pieces, the later field first: valid, and not what this project's own library would write.
        byte[] first = new RegisterWorkloadRequest { Registration = new Onboarding.Api.Rpc.Registration { Host = whole.Registration.Host } }.ToByteArray();
        whole.Registration.Host = null;
        byte[] bytes = [.. first, .. whole.ToByteArray()];
        RegisterWorkloadRequest.Parser.ParseFrom(bytes).ToByteArray().ShouldNotBe(bytes);

        (await agent.RegisterAsync(agent.Sign(TestAgent.RegisterMethod, ByteString.CopyFrom(bytes)))).Address.ShouldBe("10.1.2.3");
    }

    [Fact]
    public async Task The_authorization_statement_covers_everything_that_is_sent()
    {
        using var other = new TestAgentKey();
        (string What, Action<AuthorizeOnboardingRequest> Change, string Reason)[] cases =
        [
            ("another credential", r => r.Credential.Value = ByteString.CopyFromUtf8("x"), Reasons.ProofInvalid),
            ("another key", r => r.AgentPublicKey = ByteString.CopyFrom(other.PublicBytes), Reasons.ProofInvalid),
            ("another group", r => r.WorkloadGroup.Name = "reviews", Reasons.ProofInvalid),
            ("no signature", r => r.Signature = ByteString.Empty, Reasons.ProofInvalid),
            ("a made-up challenge", r => r.Challenge = ByteString.CopyFrom(new byte[57]), Reasons.ChallengeInvalid),
            ("no key", r => r.AgentPublicKey = ByteString.Empty, Reasons.InvalidRequest),
            ("no group", r => r.WorkloadGroup = null, Reasons.InvalidRequest),
            ("a group that is no name", r => r.WorkloadGroup.Name = "../x", Reasons.InvalidRequest),
        ];
        foreach ((string what, Action<AuthorizeOnboardingRequest> change, string reason) in cases)
        {
            (await TestAgent.RefusedAsync(() => _plane.Agent().AuthorizeAsync(change: change))).Reason.ShouldBe(reason, what);
        }
    }

    [Fact]
    public async Task An_unknown_credential_type_is_refused_with_those_that_are_known()
    {
        Any unknown = Any.Pack(new Heartbeat());

        RpcException e = await Should.ThrowAsync<RpcException>(_plane.Agent().AuthorizeAsync(credential: unknown));

        TestAgent.ReasonOf(e, StatusCode.InvalidArgument).Reason.ShouldBe(Reasons.CredentialTypeUnknown);
        e.Status.Detail.ShouldContain("type.googleapis.com/onboarding.v1alpha1.JwtCredential");
    }

    [Theory]
    [InlineData("169.254.169.254")]
    [InlineData("0.0.0.0")]
    [InlineData("224.0.0.1")]
    [InlineData("fe80::1")]
    public async Task Addresses_that_are_not_a_workloads_own_are_refused(string ip)
    {
        TestAgent agent = _plane.Agent();
        await agent.AuthorizeAsync();

        (await TestAgent.RefusedAsync(() => agent.RegisterAsync(agent.RegisterRequest(ip)))).Reason.ShouldBe(Reasons.AddressRefused);
    }

    [Fact]
    public async Task A_workload_cannot_take_labels_that_steer_the_mesh()
    {
        TestAgent agent = _plane.Agent();
        await agent.AuthorizeAsync();
        foreach (string key in (string[])["istio.io/rev", "security.istio.io/tlsMode", "topology.istio.io/network", "service.istio.io/canonical-name"])
        {
            RegisterWorkloadRequest request = agent.RegisterRequest();
            request.Registration.Workload = new WorkloadInfo { Labels = { [key] = "x" } };
            (await TestAgent.RefusedAsync(() => agent.RegisterAsync(request))).Reason.ShouldBe(Reasons.LabelRefused, key);
        }

        RegisterWorkloadRequest own = agent.RegisterRequest();
        own.Registration.Workload = new WorkloadInfo { Labels = { ["app"] = "details", ["zone"] = "a" } };
        (await agent.RegisterAsync(own)).DroppedLabels.ShouldBe(["app", "zone"]);
        var entry = await _plane.Client.GetAsync<Onboarding.Api.Istio.WorkloadEntry>("bookinfo", agent.Registration);
        entry.Spec.Labels["app"].ShouldBe("ratings", "the group's labels win");
        entry.Spec.Labels.Keys.ShouldNotContain("zone");
    }

    [Fact]
    public async Task A_policy_that_is_taken_back_between_the_two_decisions_counts()
    {
        TestAgent agent = _plane.Agent();
        await agent.AuthorizeAsync();
        await _plane.Client.DeleteAsync<OnboardingPolicy>("bookinfo", "joiners");
        await Eventually.Is(async () => await _plane.Agent("host-2").RefusalAsync() == Reasons.NotAuthorized, "the policy is gone");

        (await TestAgent.RefusedAsync(() => agent.RegisterAsync(), StatusCode.PermissionDenied)).Reason.ShouldBe(Reasons.NotAuthorized);
        (await _plane.Client.ListAsync<WorkloadAutoRegistration>("bookinfo")).Items.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_copied_disk_is_noticed()
    {
        TestAgent agent = _plane.Agent();
        using TestSession session = await agent.JoinAsync();
        await session.NextAsync(PlaneMessage.MessageOneofCase.BootConfiguration);
        await session.SendAsync(new AgentMessage { EpochStored = new EpochStored { Epoch = 1 } });
        await session.SendAsync(new AgentMessage { Heartbeat = new Heartbeat() });
        await session.NextAsync(PlaneMessage.MessageOneofCase.Heartbeat);

        using TestSession copy = await agent.ConnectAsync(epoch: 0);

        TestAgent.ReasonOf((await copy.EndAsync())!, StatusCode.PermissionDenied).Reason.ShouldBe(Reasons.PossibleClone);
        await session.SendAsync(new AgentMessage { Heartbeat = new Heartbeat() });
        (await session.NextAsync()).MessageCase.ShouldBe(PlaneMessage.MessageOneofCase.Heartbeat, "the first host stays");
        WorkloadAutoRegistration war = await _plane.Client.GetAsync<WorkloadAutoRegistration>("bookinfo", agent.Registration);
        war.Status!.Conditions.ShouldContain(c => c.Type == "PossibleClone" && c.Status == "True");
    }

    [Fact]
    public async Task Nothing_the_plane_writes_holds_a_token()
    {
        TestAgent agent = _plane.Agent();
        using TestSession session = await agent.JoinAsync();
        string istioToken = (await session.NextAsync(PlaneMessage.MessageOneofCase.BootConfiguration)).BootConfiguration.IstioToken.Token;
        await _plane.Endpoint.StopAsync();

        string audit = await File.ReadAllTextAsync(_plane.AuditLog);
        string[] secrets = [.. agent.Token.Split('.')[1..], .. istioToken.Split('.')[1..]];
        secrets.ShouldAllBe(s => !_plane.Log.Text.Contains(s, StringComparison.Ordinal) && !audit.Contains(s, StringComparison.Ordinal));
    }

    private Task<JsonNode> AuditLineAsync(string correlationId) => AuditLines.FindAsync(_plane.AuditLog, correlationId);
}
