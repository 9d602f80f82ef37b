using System.Management.Automation;

namespace Onboarding.Cmdlets.Pipeline;

/// <summary>Carries an error that ends the cmdlet from awaited code to the pipeline's thread.</summary>
internal sealed class TerminatingException(ErrorRecord errorRecord) : Exception(errorRecord.Exception.Message, errorRecord.Exception)
{
    public ErrorRecord ErrorRecord { get; } = errorRecord;
}
