using System.Management.Automation;
using System.Reflection.PortableExecutable;
using System.Runtime.Loader;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Hosting;

/// <summary>The module in a process that hosts PowerShell by its SDK.</summary>
public sealed class HostedModuleTests(HostedModule module) : IClassFixture<HostedModule>
{
    [Fact]
    public void Its_cmdlets_load_and_the_first_one_answers()
    {
        (IReadOnlyList<PSObject> output, IReadOnlyList<ErrorRecord> errors) = module.Run(
            "New-OnboardingConfiguration -Endpoint onboarding.example -Namespace shop -WorkloadGroup cart | Test-OnboardingConfiguration -Quiet");

        errors.ShouldBeEmpty();
        output.Single().BaseObject.ShouldBe(true);
    }

    [Fact]
    public void Every_cmdlet_of_the_manifest_is_there()
    {
        (IReadOnlyList<PSObject> output, _) = module.Run(
            $"(Import-PowerShellDataFile '{HostedModule.Directory}/Onboarding.psd1').CmdletsToExport | Where-Object {{ -not (Get-Command $_ -Module Onboarding -CommandType Cmdlet) }}");

        output.ShouldBeEmpty();
    }

    [Fact]
    public void An_error_carries_its_id_its_target_and_the_next_step()
    {
        using var directory = new TemporaryDirectory();
        (_, IReadOnlyList<ErrorRecord> errors) = module.Run($"$env:KUBECONFIG = '{directory["none"]}'; Get-OnboardingContext");

        ErrorRecord error = errors.ShouldHaveSingleItem();
        error.FullyQualifiedErrorId.ShouldBe("ContextNotFound,Onboarding.Cmdlets.GetOnboardingContextCommand");
        error.ErrorDetails.RecommendedAction.ShouldNotBeNullOrWhiteSpace();
    }

    [Fact]
    public void Its_libraries_stay_out_of_the_hosts_load_context()
    {
        module.Run("'kind: X' | Test-OnboardingConfiguration -Quiet");

        string lib = Path.Combine(HostedModule.Directory, "lib");
        AssemblyLoadContext.Default.Assemblies.ShouldNotContain(a => !a.IsDynamic && a.Location.StartsWith(lib, StringComparison.Ordinal));
        AssemblyLoadContext.All.SelectMany(c => c.Assemblies).ShouldContain(a => a.GetName().Name == "YamlDotNet" && a.Location.StartsWith(lib, StringComparison.Ordinal));
    }

    [Fact]
    public void Nothing_in_it_is_native_or_belongs_to_PowerShell()
    {
        string[] files = Directory.GetFiles(HostedModule.Directory, "*", SearchOption.AllDirectories);
        files.Where(f => Path.GetExtension(f) is ".so" or ".dylib" or ".exe").ShouldBeEmpty();
        foreach (string file in files.Where(f => Path.GetExtension(f) == ".dll"))
        {
            using var reader = new PEReader(File.OpenRead(file));
            reader.HasMetadata.ShouldBeTrue($"{file} is native");
            string name = Path.GetFileNameWithoutExtension(file);
            (name.StartsWith("System.Management.Automation", StringComparison.Ordinal) || name.StartsWith("Microsoft.PowerShell", StringComparison.Ordinal)
                || name.StartsWith("Microsoft.Management.Infrastructure", StringComparison.Ordinal)).ShouldBeFalse($"{name} comes with PowerShell");
        }
    }
}
