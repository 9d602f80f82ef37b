using Xunit;

namespace Onboarding.Tests.Integration.EngineTests.LocalTests;

/// <summary>Tests of sessions that this process owns: there is one list of them, so they run one after the other.</summary>
[CollectionDefinition(nameof(ProcessSessionsCollection))]
public sealed class ProcessSessionsCollection;
