using System.Management.Automation;

namespace Onboarding.Cmdlets.Pipeline;

/// <summary>
/// Rows of a table that come down the pipeline (<c>Import-Csv</c>, <c>ConvertFrom-Json</c>), by number: an error of one among hundreds is worth
/// nothing without. Only columns that name a machine are shown: others may hold secrets.
/// </summary>
internal sealed class PipelineRows
{
    private static readonly string[] Naming = ["Name", "Host", "HostName", "ComputerName", "StateDirectory", "ConfigurationPath", "Path"];
    private readonly Dictionary<object, int> _numbers = new(ReferenceEqualityComparer.Instance);
    private int _last;

    /// <summary>The next object has come.</summary>
    /// <param name="target">What an error would be about.</param>
    public void Next(object? target)
    {
        _last++;
        if (target is PSObject { BaseObject: PSCustomObject })
        {
            _numbers[target] = _last;
        }
    }

    /// <summary>The row, to begin a message with; empty for what is no row.</summary>
    /// <param name="target">What the error is about.</param>
    public string Describe(object? target)
    {
        if (target is not PSObject row || !_numbers.TryGetValue(row, out int number))
        {
            return "";
        }

        string? name = Naming.Select(n => row.Properties[n]?.Value?.ToString()).FirstOrDefault(v => !string.IsNullOrEmpty(v));
        return name is null ? $"Row {number}: " : $"Row {number} ({name}): ";
    }
}
