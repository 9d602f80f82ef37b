using Google.Protobuf.WellKnownTypes;
using Onboarding.Client.BootConfiguration;
using Onboarding.Client.Errors;
using Onboarding.Client.Native;
using Onboarding.Testing;
using Shouldly;
using Xunit;
using Rpc = Onboarding.Api.Rpc;

namespace Onboarding.Tests.Unit.ClientTests;

public sealed class BootConfigurationStoreTests : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private static readonly string[] Files = ["cluster.env", "hosts", "istio-token", "mesh.yaml", "root-cert.pem", "version.json"];
    private readonly TemporaryDirectory _directory = new();
    private readonly FillingDisk _disk = new();
    private readonly BootConfigurationStore _store;

    public BootConfigurationStoreTests() => _store = new BootConfigurationStore(_directory.Path, _disk);

    private string Current => _directory["boot/current"];

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void A_version_is_complete_and_for_the_owner_alone()
    {
        _store.Apply(BootConfigurations.Make(), "uid-1").ShouldBe(BootChange.Core);
        _store.CurrentDirectory.ShouldBe(Current);
        Directory.GetFiles(Current).Select(Path.GetFileName).Order().ShouldBe(Files);
        foreach (string file in Files)
        {
            File.GetUnixFileMode(Path.Combine(Current, file)).ShouldBe(OwnerOnly);
        }

        File.ReadAllText(Path.Combine(Current, "istio-token")).ShouldBe("istio-token-1");
        File.ReadAllText(Path.Combine(Current, "mesh.yaml")).ShouldBe("mesh: core-1");
        new DirectoryInfo(Current).LinkTarget.ShouldStartWith("v1-");
    }

    [Fact]
    public void The_next_start_finds_it()
    {
        _store.Apply(BootConfigurations.Make(generation: 7), "uid-1");
        BootVersion found = new BootConfigurationStore(_directory.Path, _disk).Current.ShouldNotBeNull();
        found.ShouldBe(new BootVersion(
            7, "core-1", "live-1", "uid-1", "spiffe://cluster.local/ns/bookinfo/sa/bookinfo-ratings", BootConfigurations.TokenExpiry));
    }

    [Theory]
    [InlineData("core-2", "live-1", BootChange.Core)]
    [InlineData("core-1", "live-2", BootChange.Live)]
    [InlineData("core-1", "live-1", BootChange.None)]
    public void What_changed_is_told(string core, string live, BootChange expected)
    {
        _store.Apply(BootConfigurations.Make(), "uid-1");
        _store.Apply(BootConfigurations.Make(2, core, live), "uid-1").ShouldBe(expected);
    }

    [Fact]
    public void One_version_before_the_current_is_kept()
    {
        for (int generation = 1; generation <= 4; generation++)
        {
            _store.Apply(BootConfigurations.Make(generation), "uid-1");
        }

        Directory.GetDirectories(_directory["boot"]).Select(d => Path.GetFileName(d).Split('-')[0]).Order().ShouldBe(["current", "v3", "v4"]);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public void Case55_when_the_disk_is_full_the_old_one_stays_whole(int writesBefore)
    {
        _store.Apply(BootConfigurations.Make(), "uid-1");
        _disk.WritesLeft = writesBefore;
        OnboardingException e = Should.Throw<OnboardingException>(() =>
            _store.Apply(BootConfigurations.Make(2, "core-2", "live-2", token: "istio-token-2"), "uid-1"));
        e.ErrorId.ShouldBe(ErrorIds.BootConfigurationNotWritten);
        e.Message.ShouldBeGolden();
        e.Message.ShouldContain(_directory["boot"]);
        e.NextStep.ShouldContain($"df -h {_directory["boot"]}");
        File.ReadAllText(Path.Combine(Current, "mesh.yaml")).ShouldBe("mesh: core-1");
        File.ReadAllText(Path.Combine(Current, "istio-token")).ShouldBe("istio-token-1");
        _store.Current!.Generation.ShouldBe(1);
        new BootConfigurationStore(_directory.Path, _disk).Current!.Generation.ShouldBe(1);
        Directory.GetDirectories(_directory["boot"]).Length.ShouldBe(2, "nothing half written stays behind");
        _disk.WritesLeft = null;
        _store.Apply(BootConfigurations.Make(2, "core-2"), "uid-1").ShouldBe(BootChange.Core);
    }

    [Fact]
    public void Case53_an_older_one_for_the_same_registration_is_refused()
    {
        _store.Apply(BootConfigurations.Make(generation: 5), "uid-1");
        OnboardingException e = Should.Throw<OnboardingException>(() => _store.Apply(BootConfigurations.Make(generation: 4, core: "core-0"), "uid-1"));
        e.ErrorId.ShouldBe(ErrorIds.BootConfigurationStale);
        e.Message.ShouldContain("boot configuration 4 after 5");
        e.NextStep.ShouldContain("kubectl get workloadautoregistrations");
        File.ReadAllText(Path.Combine(Current, "mesh.yaml")).ShouldBe("mesh: core-1");
    }

    [Fact]
    public void A_new_registration_starts_counting_anew()
    {
        _store.Apply(BootConfigurations.Make(generation: 5), "uid-1");
        _store.Apply(BootConfigurations.Make(generation: 1, registrationUid: "uid-2"), "uid-2");
        _store.Current!.RegistrationUid.ShouldBe("uid-2");
    }

    [Fact]
    public void Case53_one_for_another_registration_is_refused() =>
        Should.Throw<OnboardingException>(() => _store.Apply(BootConfigurations.Make(registrationUid: "uid-2"), "uid-1"))
            .Message.ShouldBeGolden();

    [Fact]
    public void What_it_lacks_is_named_all_at_once()
    {
        var boot = new Rpc.BootConfiguration { RegistrationUid = "uid-1", MeshYaml = "x" };
        OnboardingException e = Should.Throw<OnboardingException>(() => _store.Apply(boot, "uid-1"));
        e.ErrorId.ShouldBe(ErrorIds.BootConfigurationIncomplete);
        e.Message.ShouldContain("version, cluster.env, root-cert.pem, istio-token missing");
        _store.Current.ShouldBeNull();
    }

    [Fact]
    public void A_token_whose_end_is_no_time_is_refused_and_the_one_before_stays()
    {
        var never = new Timestamp { Seconds = long.MaxValue };
        Rpc.BootConfiguration boot = BootConfigurations.Make();
        boot.IstioToken.ExpiresAt = never;
        Should.Throw<OnboardingException>(() => _store.Apply(boot, "uid-1")).ErrorId.ShouldBe(ErrorIds.BootConfigurationIncomplete);
        _store.Current.ShouldBeNull();

        _store.Apply(BootConfigurations.Make(), "uid-1");
        Should.Throw<OnboardingException>(() => _store.ReplaceToken(new Rpc.IstioToken { Token = "istio-token-2", ExpiresAt = never }))
            .ErrorId.ShouldBe(ErrorIds.BootConfigurationIncomplete);
        File.ReadAllText(Path.Combine(Current, "istio-token")).ShouldBe("istio-token-1");
    }

    [Fact]
    public void A_renewed_token_replaces_the_old_one_where_it_is()
    {
        _store.Apply(BootConfigurations.Make(), "uid-1");
        string version = new DirectoryInfo(Current).LinkTarget!;
        _store.ReplaceToken(Token("istio-token-2"));
        new DirectoryInfo(Current).LinkTarget.ShouldBe(version);
        File.ReadAllText(Path.Combine(Current, "istio-token")).ShouldBe("istio-token-2");
        File.GetUnixFileMode(Path.Combine(Current, "istio-token")).ShouldBe(OwnerOnly);
        new BootConfigurationStore(_directory.Path, _disk).Current!.TokenExpiresAt.ShouldBe(BootConfigurations.TokenExpiry.AddHours(1));
    }

    [Fact]
    public void Case55_a_token_that_does_not_fit_on_the_disk_leaves_the_old_one()
    {
        _store.Apply(BootConfigurations.Make(), "uid-1");
        _disk.WritesLeft = 0;
        Should.Throw<OnboardingException>(() => _store.ReplaceToken(Token("istio-token-2"))).ErrorId.ShouldBe(ErrorIds.BootConfigurationNotWritten);
        File.ReadAllText(Path.Combine(Current, "istio-token")).ShouldBe("istio-token-1");
    }

    [Theory]
    [InlineData("mesh.yaml")]
    [InlineData("istio-token")]
    [InlineData("version.json")]
    public void Case54_a_version_that_lacks_a_file_is_none(string file)
    {
        _store.Apply(BootConfigurations.Make(), "uid-1");
        File.Delete(Path.Combine(Current, file));
        new BootConfigurationStore(_directory.Path, _disk).Current.ShouldBeNull();
        Path.Exists(Current).ShouldBeFalse();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(20)]
    public void Case54_a_version_whose_record_is_cut_short_is_none_and_the_next_one_is_taken(int length)
    {
        _store.Apply(BootConfigurations.Make(), "uid-1");
        string file = Path.Combine(Current, "version.json");
        File.WriteAllBytes(file, File.ReadAllBytes(file)[..length]);

        var store = new BootConfigurationStore(_directory.Path, _disk);
        store.Current.ShouldBeNull();
        store.Apply(BootConfigurations.Make(), "uid-1");
        File.ReadAllText(Path.Combine(Current, "mesh.yaml")).ShouldBe("mesh: core-1");
    }

    [Fact]
    public void Case53_a_planted_link_out_of_the_directory_is_not_followed()
    {
        _store.Apply(BootConfigurations.Make(), "uid-1");
        Directory.Move(Path.Combine(_directory["boot"], new DirectoryInfo(Current).LinkTarget!), _directory["vplanted"]);
        File.Delete(Current);
        File.CreateSymbolicLink(Current, "../vplanted");
        new BootConfigurationStore(_directory.Path, _disk).Current.ShouldBeNull();
    }

    [Fact]
    public void Leaving_removes_everything()
    {
        _store.Apply(BootConfigurations.Make(1), "uid-1");
        _store.Apply(BootConfigurations.Make(2), "uid-1");
        _store.Clear();
        Directory.GetFileSystemEntries(_directory["boot"]).ShouldBeEmpty();
        _store.Current.ShouldBeNull();
    }

    private static Rpc.IstioToken Token(string token) =>
        new() { Token = token, ExpiresAt = BootConfigurations.TokenExpiry.AddHours(1).ToTimestamp() };

    /// <summary>A disk with room for so many files.</summary>
    private sealed class FillingDisk : IDurableFiles
    {
        public int? WritesLeft { get; set; }

        public void Write(string path, ReadOnlySpan<byte> content, UnixFileMode mode)
        {
            UseUp();
            DurableFiles.Instance.Write(path, content, mode);
        }

        public void Link(string path, string target)
        {
            UseUp();
            DurableFiles.Instance.Link(path, target);
        }

        private void UseUp()
        {
            if (WritesLeft-- == 0)
            {
                throw new IOException("No space left on device", 28);
            }
        }
    }
}
