namespace Onboarding.Endpoint.Events;

/// <summary>Occurrences of one series that are to be written.</summary>
/// <param name="Latest">The last of them.</param>
/// <param name="Count">How many.</param>
/// <param name="CorrelationIds">Their last correlation ids, newest first.</param>
/// <param name="First">When the first was.</param>
/// <param name="Last">When the last was.</param>
internal sealed record PendingEvent(PlaneEvent Latest, int Count, IReadOnlyList<string> CorrelationIds, DateTimeOffset First, DateTimeOffset Last);
