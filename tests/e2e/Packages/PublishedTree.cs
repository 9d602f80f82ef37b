using System.Diagnostics;
using Onboarding.Testing;
using Shouldly;

namespace Onboarding.Tests.E2E.Packages;

/// <summary>A repository as its operator makes it, with <c>build/packages.sh</c> and keys of theirs.</summary>
/// <param name="directory">Where keys are kept.</param>
internal sealed class PublishedTree(TemporaryDirectory directory)
{
    /// <summary>The tree.</summary>
    public string Directory => directory["packages"];

    /// <summary>A file of it.</summary>
    public string this[string path] => System.IO.Path.Combine(Directory, path);

    /// <summary>Makes the whole tree.</summary>
    /// <param name="owner">Who signs.</param>
    /// <param name="more">Options besides the key, and packages besides the agent's.</param>
    public async Task PublishAsync(string owner, params IEnumerable<string> more)
    {
        (int code, string said) = await TryPublishAsync(owner, more);
        code.ShouldBe(0, said);
    }

    /// <summary>Tries to.</summary>
    /// <returns>The exit code, and what was said.</returns>
    public async Task<(int Code, string Said)> TryPublishAsync(string owner, params IEnumerable<string> more)
    {
        await KeyAsync(owner);
        return await RunAsync(
            Path.Combine(Repository.Root, "build/packages.sh"),
            ["build", Directory, "--signing-key", directory[$"{owner}.asc"], .. more, DebianRoot.Package("*.deb"), DebianRoot.Package("*.rpm")]);
    }

    /// <summary>The public key of an owner.</summary>
    public async Task<string> KeyAsync(string owner)
    {
        if (!File.Exists(directory[$"{owner}.asc"]))
        {
            (int code, string said) = await RunAsync(
                "sh",
                [
                    "-c",
                    """
                    export GNUPGHOME=$(mktemp -d)
                    gpg --batch --quiet --passphrase '' --quick-generate-key "$1" rsa3072 sign never && gpg --batch --armor --export >"$3" && gpg --batch --armor --export-secret-keys >"$2"
                    code=$?
                    gpgconf --kill all; rm -rf "$GNUPGHOME"
                    exit $code
                    """,
                    "sh", owner, directory[$"{owner}.asc"], directory[$"{owner}.pub"],
                ]);
            code.ShouldBe(0, said);
        }

        return directory[$"{owner}.pub"];
    }

    /// <summary>Runs a program to its end.</summary>
    public static async Task<(int Code, string Said)> RunAsync(string program, IEnumerable<string> arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, output + await errors);
    }
}
