using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Integration.Embedded;

public sealed class GarbageCollectionTests(ControlPlaneFixture fixture) : IClassFixture<ControlPlaneFixture>
{
    private ApiClient Client => fixture.Client;

    [Fact]
    public async Task What_is_owned_goes_with_its_owner_down_the_chain()
    {
        string path = await PathAsync();
        string top = await CreateAsync(path, "top");
        string middle = await CreateAsync(path, "middle", ("top", top));
        await CreateAsync(path, "bottom", ("middle", middle));
        (await Client.DeleteAsync($"{path}/top")).Expect(200);
        await GoneAsync($"{path}/middle");
        await GoneAsync($"{path}/bottom");
    }

    [Fact]
    public async Task An_object_stays_while_one_of_its_owners_does()
    {
        string path = await PathAsync();
        string one = await CreateAsync(path, "one");
        string two = await CreateAsync(path, "two");
        await CreateAsync(path, "shared", ("one", one), ("two", two));
        await Client.DeleteAsync($"{path}/one");
        await Eventually.Is(
            async () => (await Client.GetAsync($"{path}/shared")).Json["metadata"]!["ownerReferences"]!.AsArray().Count == 1,
            "the lost owner is taken off");
        await Client.DeleteAsync($"{path}/two");
        await GoneAsync($"{path}/shared");
    }

    [Fact]
    public async Task An_owner_that_never_existed_is_no_owner()
    {
        string path = await PathAsync();
        await CreateAsync(path, "stray", ("nobody", Guid.NewGuid().ToString()));
        await GoneAsync($"{path}/stray");
    }

    [Fact]
    public async Task Orphans_stay()
    {
        string path = await PathAsync();
        string owner = await CreateAsync(path, "owner");
        await CreateAsync(path, "orphan", ("owner", owner));
        await Client.DeleteAsync($"{path}/owner", """{"propagationPolicy":"Orphan"}""");
        await GoneAsync($"{path}/owner");
        (await Client.GetAsync($"{path}/orphan")).Expect(200).Json["metadata"]!["ownerReferences"].ShouldBeNull();
    }

    [Fact]
    public async Task Foreground_deletion_waits_for_dependents()
    {
        string path = await PathAsync();
        string owner = await CreateAsync(path, "owner");
        await CreateAsync(path, "dependent", ("owner", owner));
        await Client.MergeAsync($"{path}/dependent", """{"metadata":{"finalizers":["example.com/hold"]}}""");
        (await Client.DeleteAsync($"{path}/owner", """{"propagationPolicy":"Foreground"}"""))["metadata", "deletionTimestamp"].ShouldNotBeNull();
        await Eventually.Is(
            async () => (await Client.GetAsync($"{path}/dependent"))["metadata", "deletionTimestamp"] is not null, "the dependent is deleted");
        (await Client.GetAsync($"{path}/owner")).Expect(200);
        await Client.MergeAsync($"{path}/dependent", """{"metadata":{"finalizers":null}}""");
        await GoneAsync($"{path}/owner");
    }

    [Fact]
    public async Task A_deleted_namespace_is_emptied_and_goes()
    {
        string space = await fixture.NamespaceAsync();
        await CreateAsync($"/api/v1/namespaces/{space}/configmaps", "x");
        (await Client.DeleteAsync($"/api/v1/namespaces/{space}")).Expect(200)["status", "phase"].ShouldBe("Terminating");
        await GoneAsync($"/api/v1/namespaces/{space}");
        (await Client.GetAsync($"/api/v1/namespaces/{space}/configmaps")).Json["items"]!.AsArray().ShouldBeEmpty();
    }

    [Fact]
    public async Task Every_namespace_has_its_account_and_the_mesh_root_and_gets_them_back()
    {
        string space = await fixture.NamespaceAsync();
        (await Client.GetAsync($"/api/v1/namespaces/{space}/serviceaccounts/default")).Expect(200);
        string path = $"/api/v1/namespaces/{space}/configmaps/istio-ca-root-cert";
        string root = (await Client.GetAsync(path)).Expect(200)["data", "root-cert.pem"]!;
        root.ShouldContain("BEGIN CERTIFICATE");
        await Client.MergeAsync(path, """{"data":{"root-cert.pem":"forged"}}""");
        await Eventually.Is(async () => (await Client.GetAsync(path))["data", "root-cert.pem"] == root, "the root is put right");
        await Client.DeleteAsync(path);
        await Eventually.Is(async () => (await Client.GetAsync(path)).Code == 200, "the root is there again");
    }

    private async Task<string> PathAsync() => $"/api/v1/namespaces/{await fixture.NamespaceAsync()}/configmaps";

    private async Task<string> CreateAsync(string path, string name, params (string Name, string Uid)[] owners)
    {
        string references = string.Join(',', owners.Select(o =>
            "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"blockOwnerDeletion\":true,\"name\":\"" + o.Name + "\",\"uid\":\"" + o.Uid + "\"}"));
        ApiAnswer made = await Client.PostAsync(
            path, "{\"metadata\":{\"name\":\"" + name + "\",\"ownerReferences\":[" + references + "]}}");
        return made.Expect(201)["metadata", "uid"]!;
    }

    private Task GoneAsync(string path) =>
        Eventually.Is(async () => (await Client.GetAsync(path)).Code == 404, $"{path} is gone");
}
