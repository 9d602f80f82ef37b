namespace Onboarding.Endpoint.Audit;

/// <summary>Where audit lines go.</summary>
internal interface IAuditSink
{
    /// <summary>Takes one line of JSON, without a newline.</summary>
    void Write(string line);
}
