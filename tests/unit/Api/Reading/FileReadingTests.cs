using Onboarding.Api;
using Onboarding.Api.Configuration;
using Onboarding.Api.Reading;
using Onboarding.Documents;
using Onboarding.Testing;
using Shouldly;
using Xunit;
using static Onboarding.Tests.Unit.Api.TestDocuments;

namespace Onboarding.Tests.Unit.Api.Reading;

public class FileReadingTests
{
    [Fact]
    public void A_file_is_read()
    {
        using TemporaryDirectory directory = new();
        File.WriteAllText(directory["c.yaml"], OnboardingHead + "onboardingEndpoint: {host: h}\nworkloadGroup: {namespace: n, name: g}\n");

        ResourceReader.ReadFile(ResourceKinds.OnboardingConfiguration, directory["c.yaml"]).Value!.OnboardingEndpoint.Host.ShouldBe("h");
    }

    [Fact]
    public void A_missing_file_is_told_with_its_path()
    {
        using TemporaryDirectory directory = new();

        Only(ResourceReader.ReadFile(ResourceKinds.OnboardingConfiguration, directory["no/c.yaml"]))
            .ShouldBeGolden();
    }

    [Fact]
    public void A_directory_is_told_as_one()
    {
        using TemporaryDirectory directory = new();

        Only(ResourceReader.ReadFile(ResourceKinds.OnboardingConfiguration, directory.Path)).ShouldBeGolden();
    }

    [Fact]
    public void A_file_one_may_not_read_is_told_with_what_to_look_at() =>
        Only(ResourceReader.ReadFile(ResourceKinds.OnboardingConfiguration, "/c", new FailingFiles(new UnauthorizedAccessException())))
            .ShouldBeGolden();

    [Fact]
    public void A_failing_disk_is_told() =>
        Only(ResourceReader.ReadFile(ResourceKinds.OnboardingConfiguration, "/c", new FailingFiles(new IOException("Input/output error"))))
            .ShouldBeGolden();

    [Fact]
    public void Of_fifty_megabytes_only_the_first_is_read()
    {
        CountingFile file = new(50_000_000);

        Only(ResourceReader.ReadFile(ResourceKinds.OnboardingConfiguration, "/c", file))
            .ShouldBeGolden();
        file.BytesRead.ShouldBe(1024 * 1024 + 1);
    }

    private static string Only(ReadResult<OnboardingConfiguration> result)
    {
        result.Value.ShouldBeNull();
        return result.Problems.ShouldHaveSingleItem().ToString();
    }

    private sealed class FailingFiles(Exception exception) : IFileOpener
    {
        public Stream OpenRead(string path) => throw exception;
    }

    private sealed class CountingFile(long length) : Stream, IFileOpener
    {
        public long BytesRead { get; private set; }

        public override bool CanRead => true;

        public override bool CanSeek => true;

        public override bool CanWrite => false;

        public override long Length => length;

        public override long Position { get => BytesRead; set => throw new NotSupportedException(); }

        public Stream OpenRead(string path) => this;

        public override int Read(byte[] buffer, int offset, int count)
        {
            int read = (int)Math.Min(Math.Min(count, 4096), length - BytesRead);
            buffer.AsSpan(offset, read).Fill((byte)'#');
            BytesRead += read;
            return read;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
