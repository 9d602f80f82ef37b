using Onboarding.Connections;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Unit.Connections;

/// <summary>One bad certificate in a file of many.</summary>
public sealed class B13_PemCertificatesTests : IDisposable
{
    private const string Broken = "-----BEGIN CERTIFICATE-----\nMAAA\n-----END CERTIFICATE-----\n";
    private readonly TestCertificates _first = new("first");
    private readonly TestCertificates _second = new("second");

    public void Dispose()
    {
        _first.Dispose();
        _second.Dispose();
    }

    [Theory]
    [InlineData(Broken)]
    [InlineData("-----BEGIN CERTIFICATE-----\n!?\n-----END CERTIFICATE-----\n")]
    [InlineData("-----BEGIN CERTIFICATE-----\nMIIB\n")]
    public void It_is_left_out_and_counted(string bad)
    {
        PemCertificates read = PemCertificates.Read($"# comment\n{_first.AuthorityPem}\n{bad}{_second.AuthorityPem}\n");

        read.Certificates.Select(c => c.Thumbprint).ShouldBe([_first.Authority.Thumbprint, _second.Authority.Thumbprint]);
        read.Skipped.ShouldBe(1);
        read.IsCut.ShouldBeFalse();
    }

    [Fact]
    public void A_file_that_ends_within_a_certificate_is_being_written()
    {
        PemCertificates read = PemCertificates.Read($"{_first.AuthorityPem}\n{_second.AuthorityPem[..200]}");

        read.IsCut.ShouldBeTrue();
        read.Certificates.Count.ShouldBe(1);
    }

    [Fact]
    public void Another_s_key_is_not_a_certificate() =>
        PemCertificates.Read("-----BEGIN PRIVATE KEY-----\nMAAA\n-----END PRIVATE KEY-----\n").ShouldBe(
            new PemCertificates([], 0, false), new ByCounts());

    private sealed class ByCounts : IEqualityComparer<PemCertificates>
    {
        public bool Equals(PemCertificates? x, PemCertificates? y) =>
            (x?.Certificates.Count, x?.Skipped, x?.IsCut) == (y?.Certificates.Count, y?.Skipped, y?.IsCut);

        public int GetHashCode(PemCertificates obj) => obj.Skipped;
    }
}
