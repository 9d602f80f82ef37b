namespace Onboarding.Bench.Policies;

/// <summary>In what the policies of a namespace differ.</summary>
internal enum PolicyShape
{
    /// <summary>In everything: each names its own subject and its own group.</summary>
    OwnSubject = 0,

    /// <summary>In an attribute of the token, after one that all have in common; all are about every group.</summary>
    OwnAttribute,

    /// <summary>In the group alone: everybody of one role may join, each policy opens one group.</summary>
    OwnGroup,
}
